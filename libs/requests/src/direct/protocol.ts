import { DatabaseError } from '@reqrun/platform/database';

import type { DispatchOutcome, DispatchResultHead, NotDispatched } from '../lifecycle/dispatch.js';
import type { AcceptedRequest, NewRecord, NewRequest } from '../lifecycle/new-request.js';
import type { WireFrames } from '../streams/frame-message.js';

/**
 * Messages between an API process and a worker. Request and response bodies are sent beside the message, one
 * blob each. They are not encrypted, as in the memory of both processes, and are not stored in between.
 */

/**
 * Prefix of the names of the workers' sockets. It changes with the messages, so that processes of two
 * versions ignore each other during an upgrade.
 */
export const PROTOCOL = '7-';

/** API to worker: requests to accept and run. One body per item, in their order. */
export interface DispatchMessage {
  kind: 'start';
  /** Number of the group, repeated in the reply. */
  group: number;
  items: readonly WireRequest[];
}

/** API to worker: streams whose frames somebody reads there, or no longer reads. */
export interface FollowMessage {
  kind: 'follow' | 'unfollow';
  /** UUIDs of the requests. */
  ids: readonly string[];
}

/** Worker to API: frames of streams that are followed. One blob per part, in their order. */
export interface FramesMessage {
  kind: 'frames';
  parts: readonly WireFrames[];
  /** UUIDs of requests of which a log was closed. */
  changed: readonly string[];
}

/** Worker to API: the outcome for each request of a group, in their order. */
export interface DispatchReply {
  group: number;
  outcomes: readonly WireDispatchOutcome[];
}

/** Worker to API: requests that have ended. One response body per end, in their order. */
export interface ResultsMessage {
  kind: 'ended';
  ends: readonly DispatchResultHead[];
}

/** A request as it is encoded in JSON. */
export type WireRequest = Omit<
  NewRequest,
  'fingerprint' | 'formerFingerprint' | 'body' | 'cache'
> & {
  fingerprint: string | null;
  formerFingerprint: string | null;
  cache?: { key: string; ttlS: number };
};

/** Outcome of a request. A number means accepted and started, and is its time in Unix ms. */
type WireDispatchOutcome =
  | number
  | NotDispatched
  | { kind: 'failed'; reason: DatabaseError['kind'] }
  | { kind: 'conflict' | 'full' }
  | {
      kind: 'accepted' | 'joined';
      request: Omit<AcceptedRequest, 'createdAt'> & { createdAt: number };
      notified?: true | undefined;
    };

/**
 * Encodes a request.
 *
 * @param request the request
 */
export function toWireRequest(request: NewRequest): WireRequest {
  const { id, projectId, apiKeyId, mode, endpoint, model } = request;
  const { idempotencyKey, sdkRetry, metadata, policy, headers, fallbackParams } = request;
  const { maxOpen, trace, cache } = request;
  return {
    id,
    projectId,
    apiKeyId,
    mode,
    endpoint,
    model,
    idempotencyKey,
    sdkRetry,
    fingerprint: request.fingerprint?.toString('hex') ?? null,
    formerFingerprint: request.formerFingerprint?.toString('hex') ?? null,
    metadata,
    policy,
    headers,
    ...(fallbackParams !== undefined && { fallbackParams }),
    ...(trace !== undefined && { trace }),
    ...(maxOpen !== undefined && { maxOpen }),
    ...(cache !== undefined && { cache: { ...cache, key: cache.key.toString('hex') } }),
  };
}

/**
 * Decodes a request.
 *
 * @param wire the encoded request
 * @param body its body
 */
export function fromWireRequest(wire: WireRequest, body: Buffer): NewRequest {
  const { id, projectId, apiKeyId, mode, endpoint, model } = wire;
  const { idempotencyKey, sdkRetry, metadata, policy, headers, fallbackParams } = wire;
  const { maxOpen, trace, cache } = wire;
  return {
    id,
    projectId,
    apiKeyId,
    mode,
    endpoint,
    model,
    idempotencyKey,
    sdkRetry,
    fingerprint: fromHex(wire.fingerprint),
    formerFingerprint: fromHex(wire.formerFingerprint),
    metadata,
    policy,
    headers,
    ...(fallbackParams !== undefined && { fallbackParams }),
    ...(trace !== undefined && { trace }),
    ...(maxOpen !== undefined && { maxOpen }),
    ...(cache !== undefined && { cache: { ...cache, key: Buffer.from(cache.key, 'hex') } }),
    body,
  };
}

const fromHex = (hex: string | null): Buffer | null =>
  hex === null ? null : Buffer.from(hex, 'hex');

/**
 * Returns whether a worker's own commit has claimed the request, so that the worker runs it. A request that
 * was already in the table is not its own. One that has got an answer from the cache, or waits for it, does not run.
 *
 * @param outcome the outcome of ACCEPT_AND_CLAIM, or of ACCEPT_AND_CLAIM_CACHED
 */
export function isDispatched(outcome: DispatchOutcome): boolean {
  return (
    typeof outcome === 'object' &&
    'notified' in outcome &&
    outcome.notified === true &&
    outcome.request.status === 'processing'
  );
}

/**
 * Encodes an outcome.
 *
 * @param outcome the outcome
 */
export function toWireDispatchOutcome(outcome: DispatchOutcome): WireDispatchOutcome {
  if (typeof outcome === 'string') {
    return outcome;
  }
  if (outcome instanceof DatabaseError) {
    return { kind: 'failed', reason: outcome.kind };
  }
  if (outcome.kind === 'conflict' || outcome.kind === 'full') {
    return { kind: outcome.kind };
  }
  const { kind, request } = outcome;
  const createdAt = request.createdAt.getTime();
  if (isDispatched(outcome)) {
    return createdAt;
  }
  const notified = outcome.kind === 'accepted' ? outcome.notified : undefined;
  return { kind, request: { ...request, createdAt }, ...(notified && { notified }) };
}

/**
 * Decodes an outcome.
 *
 * @param outcome the encoded outcome
 * @param asked the record that was to be accepted
 */
export function fromWireDispatchOutcome(
  outcome: WireDispatchOutcome,
  asked: NewRecord,
): DispatchOutcome {
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
      notified: true,
    };
  }
  switch (outcome.kind) {
    case 'failed':
      return new DatabaseError(outcome.reason, null);
    case 'conflict':
      return { kind: 'conflict' };
    case 'full':
      return { kind: 'full' };
    case 'accepted':
    case 'joined': {
      const { kind, request, notified } = outcome;
      const read = { ...request, createdAt: new Date(request.createdAt) };
      return { kind, request: read, ...(notified && { notified }) };
    }
  }
}
