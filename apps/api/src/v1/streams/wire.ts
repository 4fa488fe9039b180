import { describeErrorCode, RESPONSES } from '@reqrun/contracts';
import type { ShownFrames } from '@reqrun/requests';

import { responseObject } from '../responses/response-object.js';

/** Facts of an error that ends a stream. */
export interface StreamError {
  code: string;
  httpStatus: number | null;
  /** Public id of the request. */
  id: string;
  /** Whether the request has ended. */
  isTerminal: boolean;
}

/** State of a stream, of which its last frames are made. */
export interface WireState {
  /** Number of the next frame. */
  next: number;
  /** Bytes of frame 0; null where it was not shown. */
  firstFrame: Buffer | null;
  model: string;
}

/** How the end of an endpoint's streams is written. */
export interface StreamWire {
  /** Bytes of a clean end. */
  readonly done: Buffer;
  /**
   * Bytes of an error, without ids: they are no frames of the log.
   *
   * @param error the error
   * @param state state of the stream
   */
  failed(error: StreamError, state: WireState): Buffer;
}

/**
 * A heartbeat: a comment that ends its line and no event. With an empty line after it, and ids on the wire,
 * openai-python takes it for an event without data and raises.
 */
export const HEARTBEAT = Buffer.from(':\n');

const NOTHING = Buffer.alloc(0);
const DONE = Buffer.from('data: [DONE]\n\n');

/**
 * Frames as they go to a reader: each with its id on the line above.
 *
 * @param shown the frames
 * @param includeUsage whether the frame that has the usage alone is shown
 */
export function framesOnWire({ log, from, frames }: ShownFrames, includeUsage: boolean): Buffer {
  const parts: Buffer[] = [];
  frames.forEach(({ bytes, usageOnly }, index) => {
    if (!usageOnly || includeUsage) {
      parts.push(Buffer.from(`id: ${log}-${from + index}\n`), bytes);
    }
  });
  return Buffer.concat(parts);
}

/**
 * How the streams of an endpoint end.
 *
 * @param path path of the endpoint, below /v1
 */
export const wireOf = (path: string): StreamWire => (path === RESPONSES.path ? responses : chat);

function errorOf({ code, httpStatus, id, isTerminal }: StreamError): {
  message: string;
  type: string;
  param: null;
  code: string;
} {
  const { message, type } = describeErrorCode(code, httpStatus);
  const follows = isTerminal ? `Request ${id} has ended.` : `Request ${id} goes on.`;
  return { message: `${message} ${follows}`, type, param: null, code };
}

const chat: StreamWire = {
  done: DONE,
  failed: (error) => Buffer.from(`data: ${JSON.stringify({ error: errorOf(error) })}\n\n`),
};

/**
 * Clients of the Responses API wait for a terminal event, and its SDKs raise at an `error` event: it is flat as in the
 * specification, and nested as OpenAI sends it.
 */
const responses: StreamWire = {
  done: NOTHING,
  failed(error, { next, firstFrame, model }) {
    const told = errorOf(error);
    const { message, code, param } = told;
    const event = { type: 'error', sequence_number: next, code, message, param, error: told };
    const failed = {
      type: 'response.failed',
      sequence_number: next + 1,
      response: {
        ...(snapshotOf(firstFrame) ?? emptyResponse(error, model)),
        status: 'failed',
        error: { code: 'server_error', message },
      },
    };
    return Buffer.from(
      `event: error\ndata: ${JSON.stringify(event)}\n\n` +
        `event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`,
    );
  },
};

/** The response as the stream began with it. */
function snapshotOf(firstFrame: Buffer | null): object | null {
  const data = firstFrame?.toString('utf8').match(/^data: (.*)$/m)?.[1];
  if (data === undefined) {
    return null;
  }
  try {
    const { response } = JSON.parse(data) as { response?: unknown };
    return typeof response === 'object' ? response : null;
  } catch {
    return null;
  }
}

const emptyResponse = ({ id }: StreamError, model: string): object =>
  responseObject({
    id,
    createdAt: Math.floor(Date.now() / 1000),
    status: 'failed',
    model,
    metadata: null,
    error: null,
  });
