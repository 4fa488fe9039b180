import { count } from '../../ui/format';
import type { Tone } from '../../ui/status';
import type { Lane, LaneLimits, LaneName } from './queries';

/** Number of waiting requests from which they are not counted on. */
const MOST_COUNTED = 1_000;
const BY_HAND = 'by_hand';

/**
 * Returns the state of a lane as a word with its color.
 *
 * @param lane the lane
 */
export function stateWords({ phase, reason }: Pick<Lane, 'phase' | 'reason'>): {
  tone: Tone;
  words: string;
} {
  switch (phase) {
    case 'open':
      return { tone: 'red', words: reason === BY_HAND ? 'stopped by hand' : 'stopped' };
    case 'ramping':
      return { tone: 'blue', words: 'coming back' };
    case 'paced':
      return reason === BY_HAND
        ? { tone: 'gray', words: 'limited by hand' }
        : { tone: 'amber', words: 'slowed' };
    case 'clear':
      return { tone: 'green', words: 'full speed' };
  }
}

/**
 * Returns why a lane is in its state: the provider's own error code, or its limit.
 *
 * @param lane the lane
 * @returns null where its state says it all
 */
export function whyWords({ phase, reason }: Pick<Lane, 'phase' | 'reason'>): string | null {
  if (phase === 'clear' || reason === null || reason === BY_HAND) {
    return null;
  }
  if (reason === 'rate_limited') {
    return 'for the limit of the provider';
  }
  switch (phase) {
    case 'open':
      return `because its calls fail: ${reason}`;
    case 'ramping':
      return `after its calls failed: ${reason}`;
    case 'paced':
      return `because most of its calls fail: ${reason}`;
  }
}

/**
 * Returns the name of a lane, as people read it beside the name of its provider.
 *
 * @param lane the lane
 */
export const laneWords = ({ model }: Pick<LaneName, 'model'>): string =>
  model ?? 'All models together';

/**
 * Returns the number of requests that wait.
 *
 * @param lane the lane
 */
export function waitingWords({ waiting_requests: waiting }: Pick<Lane, 'waiting_requests'>) {
  return waiting >= MOST_COUNTED ? `${count(MOST_COUNTED)} or more` : count(waiting);
}

/**
 * Returns how many calls begin in a minute.
 *
 * @param lane the lane
 * @returns null where that is not known
 */
export function paceWords({
  phase,
  pace_per_minute: pace,
}: Pick<Lane, 'phase' | 'pace_per_minute'>): string | null {
  if (phase === 'open') {
    return 'none';
  }
  return pace === null ? null : perMinute(pace);
}

/**
 * Returns the limit that was learned of the provider.
 *
 * @param lane the lane
 * @returns null where none is known
 */
export function learnedWords({ learned_limit: limit }: Pick<Lane, 'learned_limit'>): string | null {
  return limit === null
    ? null
    : `${perMinute(limit.requests_per_minute)}, ${count(limit.burst)} at once`;
}

/**
 * Returns the limits that a person has set.
 *
 * @param limits the limits; null for none
 * @returns null where there are none
 */
export function limitWords(limits: LaneLimits | null): string | null {
  if (limits === null) {
    return null;
  }
  const { requests_per_minute: requests, tokens_per_minute: tokens, calls_at_once: calls } = limits;
  return [
    ...(requests === null ? [] : [`${count(requests)} requests a minute`]),
    ...(tokens === null ? [] : [`${count(tokens)} tokens a minute`]),
    ...(calls === null ? [] : [`${count(calls)} calls at once`]),
  ].join(', ');
}

const perMinute = (value: number): string =>
  `${value < 10 ? String(Math.round(value * 10) / 10) : count(Math.round(value))} a minute`;

/**
 * Tells whether a person can let the calls of a lane go on.
 *
 * @param lane the lane
 */
export const canStart = ({ phase, reason }: Pick<Lane, 'phase' | 'reason'>): boolean =>
  phase === 'open' || (phase === 'paced' && reason !== BY_HAND);
