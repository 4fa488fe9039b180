import { Transform, type TransformCallback } from 'node:stream';

import { endpointAt } from '@reqrun/contracts';
import type { RequestAcceptor } from '@reqrun/requests';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { ApiError, notAccepted } from '../../http/api-error.js';
import type { ErrorFilter } from '../../http/error.filter.js';
import { addBodyHook, addRequestHook } from '../../http/route-hooks.js';
import { ArrivingBodies, type ArrivingBody, type CutReason } from './arriving-bodies.js';
import type { CallShares } from './call-shares.js';

/** Prefix of all paths to which requests are submitted. */
const PREFIX = '/v1';
const RETRY_AFTER_FULL_S = 1;
/** Largest announced body, in bytes, that is not counted while it arrives: many of them fit anyway. */
const SMALL_BYTES = 64 * 1024;
const LOOK_EVERY_MS = 1_000;

/** Parts and limits of the admission control. */
export interface AdmissionParts {
  /** The acceptor, which knows the bytes that wait to be accepted. */
  acceptor: RequestAcceptor;
  /** Counts the calls of each project that wait to be accepted. */
  shares: CallShares;
  /** Largest sum of bodies that are being read or wait to be accepted, in bytes. */
  maxPendingBytes: number;
  /** Largest body, in bytes. A longer one passes here and is answered 413. */
  maxBodyBytes: number;
  errors: ErrorFilter;
}

/**
 * Refuses submissions that this process has no room for, before a byte of their body is read: under load a
 * refusal must cost almost nothing, and bodies that are being read take memory too. An admitted body is
 * refused while it arrives only if there is no room for the bytes that have arrived, and never after its
 * request is accepted.
 *
 * @param server the server, after the hook that authenticates
 * @param parts parts and limits
 */
export function limitAdmission(server: FastifyInstance, parts: AdmissionParts): void {
  const { acceptor, shares, maxPendingBytes, maxBodyBytes, errors } = parts;
  const arriving = new ArrivingBodies({
    bytes: maxPendingBytes,
    held: () => acceptor.pendingBytes,
    now: () => performance.now(),
  });
  const timer = setInterval(() => arriving.cutSlow(), LOOK_EVERY_MS).unref();
  server.addHook('onClose', (_server, done) => {
    clearInterval(timer);
    done();
  });
  server.addHook('onRoute', (route) => {
    if (route.method !== 'POST' || !isEndpoint(route.url)) {
      return;
    }
    addRequestHook(route, (request, reply, done) => {
      const { caller } = request;
      const bytes = Number(request.headers['content-length'] ?? 0);
      if (caller === null || bytes > maxBodyBytes) {
        done();
      } else if (
        shares.isFull(caller.projectId) ||
        acceptor.isFull(bytes, arriving.bytes) ||
        arriving.isOverShare(caller.apiKeyId)
      ) {
        errors.answer(notAccepted('overloaded', RETRY_AFTER_FULL_S), request, reply);
      } else {
        done();
      }
    });
    addBodyHook(route, (request, _reply, payload, done) => {
      // A client may have left while its key was looked up.
      if (request.caller === null || isSmall(request) || request.raw.destroyed) {
        done(null, payload);
        return;
      }
      const counted = new CountedBody();
      const body = arriving.begin(request.caller.apiKeyId, (reason) => {
        payload.unpipe(counted);
        payload.resume();
        counted.destroy(errorOf(reason));
      });
      counted.count = body;
      // A message is closed when it has been read to its end, or when its connection breaks.
      request.raw.once('close', () => body.end());
      payload.once('error', (error: Error) => counted.destroy(error));
      // The reader of the body may have stopped listening by the time that it is cut off.
      counted.on('error', () => body.end());
      done(null, payload.pipe(counted));
    });
  });
}

/** Returns whether requests are submitted to a path. */
function isEndpoint(url: string): boolean {
  return url.startsWith(PREFIX) && endpointAt(url.slice(PREFIX.length)) !== null;
}

/** A body that is passed to its reader and counted as it arrives. */
class CountedBody extends Transform {
  count: ArrivingBody | null = null;

  override _transform(part: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.count?.add(part.length);
    done(null, part);
  }
}

function isSmall({ headers }: FastifyRequest): boolean {
  return (
    headers['transfer-encoding'] === undefined &&
    Number(headers['content-length'] ?? 0) <= SMALL_BYTES
  );
}

function errorOf(reason: CutReason): ApiError {
  return reason === 'too_slow'
    ? new ApiError('request_timeout')
    : notAccepted('overloaded', RETRY_AFTER_FULL_S);
}
