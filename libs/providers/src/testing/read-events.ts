import { chatStream } from '../streams/chat-stream.js';
import { EventReader } from '../streams/event-reader.js';
import { FrameFeed } from '../streams/frame-feed.js';
import type { Frame } from '../streams/frame.js';
import { streamModuleAt } from '../streams/index.js';

/** All that the bytes of a stream come to. */
export interface ReadStream {
  readonly frames: readonly Frame[];
  /** The assembled body, parsed; null where the stream is not whole. */
  readonly body: unknown;
  /** The same, as text. */
  readonly text: string | null;
  /** Failure, if one came. */
  readonly failure: unknown;
}

/**
 * Reads a stream without a connection.
 *
 * @param chunks its bytes
 * @param path the endpoint
 * @param choices number of choices that were asked for
 */
export function readEvents(
  chunks: Iterable<Buffer>,
  path = '/chat/completions',
  choices = 1,
): ReadStream {
  const frames: Frame[] = [];
  const state: { failure: unknown } = { failure: null };
  const feed = new FrameFeed(
    streamModuleAt(path) ?? chatStream,
    { choices },
    {
      onBusy: () => undefined,
      onBegin: () => undefined,
      onFrame: (frame) => frames.push(frame),
      onAnswerId: () => undefined,
      onEnd: () => undefined,
      onFailure: (problem) => (state.failure ??= problem),
    },
  );
  const reader = new EventReader((event) => feed.take(event));
  for (const chunk of chunks) {
    const problem = reader.read(chunk);
    state.failure ??= problem;
  }
  const problem = reader.end();
  state.failure ??= problem;
  const answer = feed.isWhole ? feed.assemble() : null;
  const text = answer === null || 'ok' in answer ? null : answer.body.toString();
  return {
    frames,
    body: text === null ? null : (JSON.parse(text) as unknown),
    text,
    failure: state.failure,
  };
}
