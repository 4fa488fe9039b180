import { Readable } from 'node:stream';

import { completionOf } from '../answers/completion.js';
import type { PreparedAnswer } from '../answers/prepared-answer.js';
import type { Exchange } from './exchange.js';
import { wholeOf } from './whole.js';

const MEGABYTE = 1024 * 1024;

/**
 * Sends the headers and half of a good answer. A whole body announces its full length, so that the
 * half is known to be one; a stream stops between two events, before its finish reason.
 *
 * @param how `stall` then keeps the connection open in silence, `cut` breaks it
 */
export function breakHalfway(
  how: 'stall' | 'cut',
  exchange: Exchange,
  prepared: PreparedAnswer,
): void {
  const { chat, response } = exchange;
  const whole = wholeOf(prepared.pieces);
  const half = chat.stream
    ? wholeOf(prepared.pieces.slice(0, Math.floor(prepared.pieces.length / 2)))
    : whole.subarray(0, Math.floor(whole.length / 2));
  const length = chat.stream ? {} : { 'content-length': whole.length };
  response.writeHead(
    200,
    exchange.providerHeaders({ 'content-type': prepared.contentType, ...length }),
  );
  // Broken only once the half is out, or the caller would see no headers and another failure.
  response.write(half, () => {
    if (how === 'cut') {
      exchange.break('cut');
    }
  });
}

/** Streams a good completion of exactly so many MiB, without announcing its length. */
export function sendHuge(exchange: Exchange, megabytes: number): void {
  const mark = 'HERE';
  const answer = { content: mark, toolCall: null };
  const body = exchange.chat.render?.(answer, null) ?? completionOf(exchange.chat, answer);
  const [before, after] = splitLast(JSON.stringify(body), `"${mark}"`);
  const padding = megabytes * MEGABYTE - Buffer.byteLength(before) - Buffer.byteLength(after) - 2;
  exchange.response.writeHead(
    200,
    exchange.providerHeaders({ 'content-type': 'application/json' }),
  );
  const source = Readable.from(pieces(`${before}"`, padding, `"${after}`), { objectMode: false });
  exchange.onClose(() => source.destroy());
  source.pipe(exchange.response);
}

function* pieces(before: string, padding: number, after: string): Generator<Buffer> {
  const block = Buffer.alloc(64 * 1024, 'x');
  yield Buffer.from(before);
  for (let left = padding; left > 0; left -= block.length) {
    yield left < block.length ? block.subarray(0, left) : block;
  }
  yield Buffer.from(after);
}

function splitLast(text: string, mark: string): [string, string] {
  const at = text.lastIndexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
