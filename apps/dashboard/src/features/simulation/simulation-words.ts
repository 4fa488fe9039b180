import type { Schema } from '../../api/client';
import { count, duration, plural } from '../../ui/format';

/** Result of a simulation. */
export type Simulation = Schema<'PolicySimulation'>;

/** Ends that a part of the requests would have had. */
export interface EndPart {
  readonly end: 'completed' | 'retry' | 'fallback' | 'longer' | 'failed';
  readonly requests: number;
  readonly text: string;
}

/** Returns the number of requests for which a call would be made that was not. */
export const reachedOf = (ends: Schema<'PolicySimulationEnds'>): number =>
  ends.would_retry + ends.would_fall_back + ends.would_call_longer;

/**
 * Returns how the failed requests would have ended, without the ways that none would.
 *
 * @param result result of the simulation
 */
export function failedParts({ of_failed: ends }: Simulation): readonly EndPart[] {
  return parts([
    ['completed', ends.completed, 'would have completed: an answer that was there would count'],
    ['retry', ends.would_retry, 'would be retried: their model would be called again'],
    ['fallback', ends.would_fall_back, 'would fall back: a model would be called that was not'],
    ['longer', ends.would_call_longer, 'would wait longer: a call that was given up would go on'],
    ['failed', ends.failed, 'would fail all the same'],
  ]);
}

/**
 * Returns how the completed requests would have ended.
 *
 * @param result result of the simulation
 */
export function completedParts({ of_completed: ends }: Simulation): readonly EndPart[] {
  return parts([
    ['completed', ends.completed, 'would complete as they did'],
    ['retry', ends.would_retry, 'would take another call of their model, whose answer is unknown'],
    ['fallback', ends.would_fall_back, 'would go to another model, whose answer is unknown'],
    ['longer', ends.would_call_longer, 'would wait longer for a call that was given up'],
    ['failed', ends.failed, 'would fail: the answer came by a call that would not be made'],
  ]);
}

const parts = (all: readonly (readonly [EndPart['end'], number, string])[]): readonly EndPart[] =>
  all
    .filter(([, requests]) => requests > 0)
    .map(([end, requests, text]) => ({ end, requests, text }));

/**
 * Returns the answer in one sentence.
 *
 * @param result result of the simulation
 */
export function headline(result: Simulation): string {
  const { failed } = result.actual;
  if (result.sampled === 0) {
    return 'No request of this range can be replayed.';
  }
  if (failed === 0) {
    return 'No request failed in this range.';
  }
  const reached = reachedOf(result.of_failed);
  const { completed } = result.of_failed;
  const rest = completed === 0 ? '' : ` ${plural(completed, 'more', 'more')} would have completed.`;
  return reached === 0 && completed === 0
    ? `None of the ${plural(failed, 'failed request')} would have been reached.`
    : `${count(reached)} of ${plural(failed, 'failed request')} would have been called again.${rest}`;
}

/**
 * Returns the delay that the policy would add, in a sentence; null where it adds no call.
 *
 * @param result result of the simulation
 */
export function delayWords({ of_failed: ends }: Simulation): string | null {
  const { p50, p95 } = ends.added_delay_ms;
  if (p50 === null || p95 === null) {
    return ends.would_call_longer > 0
      ? 'No wait would be added: the calls would only go on.'
      : null;
  }
  if (p95 <= 0) {
    return 'Their next call would begin no later than their failure.';
  }
  return p50 === p95
    ? `Their next call would begin ${duration(p95)} after the failure.`
    : `Their next call would begin ${duration(Math.max(0, p50))} after the failure in the middle, and ${duration(p95)} for the slowest 5 %.`;
}

/**
 * Returns what cannot be known, in sentences.
 *
 * @param result result of the simulation
 */
export function unknownWords(result: Simulation): readonly string[] {
  const { requests, sampled, capped, simulated } = result;
  const left = requests - sampled;
  return [
    ...(simulated.unknown > 0
      ? [
          `How ${simulated.unknown === 1 ? 'this call' : `these ${count(simulated.unknown)} calls`} would have ended: nobody has made ${simulated.unknown === 1 ? 'it' : 'them'}. Nothing is guessed.`,
        ]
      : []),
    ...(left > 0
      ? [
          `${plural(left, 'request')} of ${count(requests)} ${left === 1 ? 'was' : 'were'} left out: still open, canceled, answered from the cache, or never called.`,
        ]
      : []),
    ...(capped
      ? [
          `Only the newest ${plural(requests, 'request')} of the range ${requests === 1 ? 'was' : 'were'} looked at; there are older ones.`,
        ]
      : []),
    'Requests that were run again by hand count with their first round.',
  ];
}
