import type { Readable } from 'node:stream';

import { ApiError } from './api-error.js';

/** Bounds of a body. */
export interface BodyBounds {
  /** Largest body that is accepted, in bytes. */
  limit: number;
  /** Announced length, in bytes; null for none. */
  announced: number | null;
}

/** Initial buffer for a body of unknown length, in bytes. It doubles when it is full. */
const FIRST_ROOM_BYTES = 16 * 1024;

/**
 * Reads a body into one buffer. A buffer for a known length is allocated at once, and the system provides its
 * memory only as bytes arrive. So a large body is never held twice, as it would be in parts that are joined.
 *
 * @param payload the body as a stream
 * @param bounds bounds of its length
 * @param done called with the body in its own memory, or with the error; a truncated body is a `bad_request`
 */
export function readBody(
  payload: Readable,
  bounds: BodyBounds,
  done: (error: ApiError | null, body?: Buffer) => void,
): void {
  const { limit, announced } = bounds;
  if (announced !== null && announced > limit) {
    done(new ApiError('body_too_large'));
    return;
  }
  let room: Buffer | null = null;
  let length = 0;
  const end = (error: ApiError | null): void => {
    payload.off('data', take).off('end', finish).off('error', fail);
    done(error, error === null ? (room ?? Buffer.alloc(0)).subarray(0, length) : undefined);
  };
  const take = (part: Buffer): void => {
    const needed = length + part.length;
    if (needed > (announced ?? limit)) {
      end(new ApiError(announced === null ? 'body_too_large' : 'bad_request'));
      return;
    }
    room = roomFor(needed, room, bounds);
    part.copy(room, length);
    length = needed;
  };
  const finish = (): void => {
    end(announced === null || announced === length ? null : new ApiError('bad_request'));
  };
  // Code that cuts a body off destroys the stream with its own error.
  const fail = (error: Error): void => {
    end(error instanceof ApiError ? error : new ApiError('bad_request'));
  };
  payload.on('data', take).on('end', finish).on('error', fail);
  payload.resume();
}

function roomFor(needed: number, room: Buffer | null, { limit, announced }: BodyBounds): Buffer {
  if (room !== null && room.length >= needed) {
    return room;
  }
  const bytes =
    announced ?? Math.min(limit, Math.max(needed, 2 * (room?.length ?? FIRST_ROOM_BYTES)));
  // Small buffers come from a shared pool.
  const larger = Buffer.allocUnsafe(bytes);
  room?.copy(larger);
  return larger;
}
