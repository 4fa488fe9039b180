import { FrameFeed } from './frame-feed.js';
import type { Frame } from './frame.js';
import type { StreamModule } from './stream-module.js';

/**
 * The frames of a stream that says what a stored answer says. A pure function: the same bytes give the same frames,
 * so that a cursor into them stays good.
 *
 * @param stream meaning of the streams of the answer's endpoint
 * @param body bytes of the answer, JSON that was a result
 */
export function madeUpStream(stream: StreamModule, body: Buffer): Frame[] {
  const frames: Frame[] = [];
  const ignore = (): void => undefined;
  const feed = new FrameFeed(
    stream,
    { choices: 1 },
    {
      onBusy: ignore,
      onBegin: ignore,
      onFrame: (frame) => frames.push(frame),
      onAnswerId: ignore,
      onEnd: ignore,
      onFailure: ignore,
    },
  );
  feed.makeUp(body);
  return frames;
}
