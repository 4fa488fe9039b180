import type { RequestAcceptor } from '@reqrun/requests';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { notAccepted } from '../http/api-error.js';
import type { ErrorFilter } from '../http/error.filter.js';

/** Where requests are submitted. */
const SUBMITTED_AT = new Set(['/v1/chat/completions']);
const RETRY_AFTER_FULL_S = 1;
/** What a body that does not tell its length is taken for. */
const UNKNOWN_BYTES = 1024 * 1024;
/** A body that was refused and is no longer than this is read and forgotten, for its connection's sake. */
const FORGETTABLE_BYTES = 64 * 1024;

/**
 * Refuses submissions that this process has no room for, before a byte of their body is read: under
 * load a refusal must cost next to nothing, and bodies that are being read take memory too. What was
 * let in is refused once more only if the room is gone when it has been read, and never after it was
 * accepted.
 *
 * @param server where the hook is added, behind the one that asks for keys
 * @param acceptor knows how much waits to be accepted
 * @param maxBodyBytes what is longer is left to be answered 413
 * @param errors answers those that are refused
 */
export function limitIntake(
  server: FastifyInstance,
  acceptor: RequestAcceptor,
  maxBodyBytes: number,
  errors: ErrorFilter,
): void {
  /** Bytes of the bodies that are being read. */
  let arriving = 0;
  server.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST' || !SUBMITTED_AT.has(request.routeOptions.url ?? '')) {
      done();
      return;
    }
    const bytes = announcedBytes(request);
    if (bytes > maxBodyBytes) {
      done();
      return;
    }
    if (acceptor.isFull(bytes, arriving)) {
      if (bytes > FORGETTABLE_BYTES) {
        reply.header('connection', 'close');
      }
      errors.answer(notAccepted('overloaded', RETRY_AFTER_FULL_S), request, reply);
      return;
    }
    arriving += bytes;
    // Node closes a message when it was read to its end, and when its connection breaks before.
    request.raw.once('close', () => {
      arriving -= bytes;
    });
    done();
  });
}

function announcedBytes({ headers }: FastifyRequest): number {
  const length = headers['content-length'];
  return length === undefined
    ? headers['transfer-encoding'] === undefined
      ? 0
      : UNKNOWN_BYTES
    : Number(length);
}
