import type { RequestStatus } from '@reqrun/contracts';
import { DatabaseError } from '@reqrun/platform/database';

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
export const PROTOCOL = '3-';

/** API to worker: accept these and run them. One body per item, in their order. */
export interface StartMessage {
  kind: 'start';
  /** Named in the reply. */
  group: number;
  items: readonly WireRequest[];
}

/** Worker to API: what came of each request of a group, in their order. */
export interface StartReply {
  group: number;
  outcomes: readonly WireOutcome[];
}

/** Why a worker has not accepted a request. */
export type NotStarted =
  /** Nothing was committed: no room, say, or the worker stops. */
  | 'refused'
  /** Nothing was committed: what is of its project and mode has its share of the worker's slots. */
  | 'lane_full'
  /** The database was lost, or the worker: it may have been committed. */
  | 'unknown';

/**
 * What came of asking a worker to accept a request and to run it. With an error, of kind `data` or
 * `conflict`, nothing was committed, and nothing would be the next time.
 */
export type StartOutcome = Acceptance | NotStarted | DatabaseError;

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
type WireOutcome =
  | number
  | NotStarted
  | { kind: 'failed'; reason: DatabaseError['kind'] }
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
 * @param outcome of START
 */
export function isStarted(outcome: StartOutcome): boolean {
  return typeof outcome === 'object' && 'rung' in outcome && outcome.rung === true;
}

/** @param outcome for the wire */
export function toWireOutcome(outcome: StartOutcome): WireOutcome {
  if (typeof outcome === 'string') {
    return outcome;
  }
  if (outcome instanceof DatabaseError) {
    return { kind: 'failed', reason: outcome.kind };
  }
  if (outcome.kind === 'conflict') {
    return { kind: 'conflict' };
  }
  const { kind, request } = outcome;
  const createdAt = request.createdAt.getTime();
  return isStarted(outcome) ? createdAt : { kind, request: { ...request, createdAt } };
}

/**
 * @param outcome from the wire
 * @param asked what was to be accepted
 */
export function fromWireOutcome(outcome: WireOutcome, asked: NewRecord): StartOutcome {
  if (typeof outcome === 'string') {
    return outcome;
  }
  if (typeof outcome === 'number') {
    return {
      kind: 'accepted',
      request: {
        id: asked.id,
        status: 'processing',
        model: asked.model,
        attempts: 1,
        createdAt: new Date(outcome),
      },
      rung: true,
    };
  }
  switch (outcome.kind) {
    case 'failed':
      return new DatabaseError(outcome.reason, null);
    case 'conflict':
      return { kind: 'conflict' };
    case 'accepted':
    case 'joined': {
      const { kind, request } = outcome;
      return { kind, request: { ...request, createdAt: new Date(request.createdAt) } };
    }
  }
}
