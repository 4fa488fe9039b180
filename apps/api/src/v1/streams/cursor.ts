import type { StreamCursor } from '@reqrun/requests';
import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { singleHeader } from '../../http/single-header.js';

/** A frame's number without its log, which is known where a request has one log. */
export interface BareCursor {
  readonly next: number;
}

/** Name of the parameter, as errors name it. */
const PARAM = 'starting_after';
const HEADER = 'last-event-id';
/** Largest number of a frame or a log: both are integers of PostgreSQL. */
const MAX_NUMBER = 2 ** 31 - 2;

/**
 * The place from which a reader goes on, by its query or by `Last-Event-ID`, as browsers send it.
 *
 * @param request the call
 * @param startingAfter value of the query
 * @returns null for the beginning: nothing was given, or -1, which some clients send when they know no place
 * @throws ApiError when it is malformed, or both are given and differ
 */
export function cursorOf(
  request: FastifyRequest,
  startingAfter: string | undefined,
): StreamCursor | BareCursor | null {
  const header = singleHeader(request, HEADER)?.trim();
  if (startingAfter !== undefined && header !== undefined && startingAfter !== header) {
    throw invalid(PARAM, 'starting_after and Last-Event-ID differ: send one of them.');
  }
  const given = startingAfter ?? header;
  if (given === undefined || given === '' || given === '-1') {
    return null;
  }
  const [, log, frame] = /^(?:(\d{1,10})-)?(\d{1,10})$/.exec(given) ?? [];
  if (frame === undefined || Number(frame) > MAX_NUMBER || Number(log ?? 0) > MAX_NUMBER) {
    throw invalid(
      startingAfter === undefined ? HEADER : PARAM,
      'It must be the id of a frame, such as 1-57.',
    );
  }
  const next = Number(frame) + 1;
  return log === undefined ? { next } : { log: Number(log), next };
}

/** The error for a cursor that names no frame. */
export const noSuchFrame = (): ApiError =>
  invalid(PARAM, 'starting_after names a frame that this stream does not have.');

const invalid = (param: string, message: string): ApiError =>
  new ApiError('invalid_value', { param, message });
