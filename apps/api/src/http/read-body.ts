import type { Readable } from 'node:stream';

import { ApiError } from './api-error.js';

/** Bounds of a body. */
export interface BodyBounds {
  /** Most bytes that are taken. */
  limit: number;
  /** Length that was announced, in bytes; null where none was. */
  announced: number | null;
}

/** Room for a body of unknown length, in bytes, before any has come. It doubles as it fills. */
const FIRST_ROOM_BYTES = 16 * 1024;

/**
 * Reads a body into one buffer. The room for one of a known length is taken at once, and the system
 * gives memory to it only as bytes come: a large body is then never held twice, as it would be in parts
 * that are joined.
 *
 * @param payload the body as it comes
 * @param bounds how long it may be
 * @param done told the body, in memory of its own, or what went wrong; a body that breaks off is a
 *   `bad_request`
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
  // Whoever cuts a body off says why.
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
  // Small rooms come from a pool that others share.
  const larger = Buffer.allocUnsafe(bytes);
  room?.copy(larger);
  return larger;
}
