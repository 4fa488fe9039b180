import { duration, plural } from '../../ui/format';
import type { AdminRequest } from '../requests/queries';
import type { Attempt } from './queries';

/** Shortest stream whose rate means something, in ms. Shorter ones come in one piece. */
const SHORT_MS = 100;

/**
 * Returns the figures of an attempt's stream, such as `First token after 120 ms · 34 frames · 41 tokens per second`.
 * Only the answer of the request says how many tokens there were, so only its own attempt has a rate.
 *
 * @param attempt the attempt
 * @param usage token counts of the request's answer
 * @returns null where it had no frames
 */
export function streamWords(
  attempt: Pick<Attempt, 'started_at' | 'ended_at' | 'first_frame_at' | 'frames' | 'outcome'>,
  usage: AdminRequest['usage'],
): string | null {
  const { started_at: started, first_frame_at: first, ended_at: ended, frames, outcome } = attempt;
  if (first === null) {
    return null;
  }
  const ms = ended === null ? 0 : Date.parse(ended) - Date.parse(first);
  const tokens = usage?.['completion_tokens'] ?? usage?.['output_tokens'];
  const rate =
    outcome === 'succeeded' && typeof tokens === 'number' && ms >= SHORT_MS
      ? Math.round((tokens / ms) * 1_000)
      : 0;
  return [
    `First token after ${duration(Date.parse(first) - Date.parse(started))}`,
    ...(frames === null ? [] : [plural(frames, 'frame')]),
    ...(rate === 0 ? [] : [plural(rate, 'token per second', 'tokens per second')]),
  ].join(' · ');
}
