import type { RequestStatus } from '@reqrun/contracts';
import type { DatabaseError } from '@reqrun/platform/database';

import type { EnvelopeHead } from '../envelope.js';
import type { Acceptance, AcceptedRequest, NewRecord, NewRequest } from '../life/new-request.js';

/**
 * What an API process and a worker say to each other. Bodies and answers go beside the message, one
 * blob each. They are as readable as in the memory of both processes, and lie nowhere in between.
 */

/**
 * What the names of the workers' sockets begin with. It changes with the messages, so that processes of
 * two versions that stand side by side during an upgrade leave each other alone.
 */
export const PROTOCOL = '1-';

/** API to worker: accept these and run them. One body per item, in their order. */
export interface StartMessage {
  kind: 'start';
  /** Named in the reply. */
  group: number;
  items: readonly WireRequest[];
}

/** Worker to API: what came of a group, which it names. */
export type StartReply = GroupOutcome & { group: number };

/** What became of a group. */
export type GroupOutcome =
  | { kind: 'started'; acceptances: readonly WireAcceptance[] }
  /** Nothing was tried: no room, or the worker stops. */
  | { kind: 'refused' }
  /** Nothing was committed: one of them can't be stored, say, or ran into another transaction. */
  | { kind: 'failed'; reason: Exclude<DatabaseError['kind'], 'unavailable'> }
  /** The database was lost: it may have been committed. */
  | { kind: 'unknown' };

/** Worker to API: these have ended. One body of an answer per end, in their order. */
export interface EndedMessage {
  kind: 'ended';
  ends: readonly WireEnd[];
}

/** A request as JSON carries it. */
export type WireRequest = Omit<NewRequest, 'fingerprint' | 'body'> & { fingerprint: string | null };

/** How a request ended, as it was committed. */
export interface WireEnd {
  id: string;
  status: RequestStatus;
  attempts: number;
  errorCode: string | null;
  httpStatus: number | null;
  /** What goes before the answer's body; null where there is no answer. */
  head: EnvelopeHead | null;
}

/** The same with the answer's body, empty where there is none. */
export interface DirectEnd {
  end: WireEnd;
  body: Buffer;
}

/** A request that was accepted and started as asked is told by its time alone, in Unix ms. */
type WireAcceptance =
  | number
  | { kind: 'conflict' }
  | {
      kind: 'accepted' | 'joined';
      request: Omit<AcceptedRequest, 'createdAt'> & { createdAt: number };
    };

/** @param request for the wire */
export function toWireRequest(request: NewRequest): WireRequest {
  const { id, projectId, apiKeyId, mode, endpoint, model } = request;
  const { idempotencyKey, metadata, policy, headers } = request;
  return {
    id,
    projectId,
    apiKeyId,
    mode,
    endpoint,
    model,
    idempotencyKey,
    fingerprint: request.fingerprint?.toString('hex') ?? null,
    metadata,
    policy,
    headers,
  };
}

/**
 * @param request from the wire
 * @param body what came beside it
 */
export function fromWireRequest(wire: WireRequest, body: Buffer): NewRequest {
  const { id, projectId, apiKeyId, mode, endpoint, model } = wire;
  const { idempotencyKey, metadata, policy, headers } = wire;
  return {
    id,
    projectId,
    apiKeyId,
    mode,
    endpoint,
    model,
    idempotencyKey,
    fingerprint: wire.fingerprint === null ? null : Buffer.from(wire.fingerprint, 'hex'),
    metadata,
    policy,
    headers,
    body,
  };
}

/**
 * Whether a worker's own commit has accepted the request, so that the worker runs it: what was in the
 * table before is somebody else's.
 *
 * @param acceptance of START
 */
export function isStarted(acceptance: Acceptance): boolean {
  return acceptance.kind === 'accepted' && acceptance.rung === true;
}

/** @param acceptance for the wire */
export function toWireAcceptance(acceptance: Acceptance): WireAcceptance {
  if (acceptance.kind === 'conflict') {
    return { kind: 'conflict' };
  }
  const { kind, request } = acceptance;
  const createdAt = request.createdAt.getTime();
  return isStarted(acceptance) ? createdAt : { kind, request: { ...request, createdAt } };
}

/**
 * @param acceptance from the wire
 * @param asked what was to be accepted
 */
export function fromWireAcceptance(acceptance: WireAcceptance, asked: NewRecord): Acceptance {
  if (typeof acceptance === 'number') {
    return {
      kind: 'accepted',
      request: {
        id: asked.id,
        model: asked.model,
        createdAt: new Date(acceptance),
        status: 'processing',
        attempts: 1,
      },
      rung: true,
    };
  }
  if (acceptance.kind === 'conflict') {
    return { kind: 'conflict' };
  }
  const { kind, request } = acceptance;
  return { kind, request: { ...request, createdAt: new Date(request.createdAt) } };
}
