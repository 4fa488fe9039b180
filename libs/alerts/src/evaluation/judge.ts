import type { AlertCondition, AlertSubject } from '../rules/rule.js';

/** Measurement of the condition of a rule. */
export interface Measurement {
  /** In the unit of the threshold; null where there was nothing to judge. */
  readonly value: number | null;
  /** Requests that the value is about; absent for kinds that count none. */
  readonly requests?: number;
  readonly subjects?: readonly AlertSubject[];
}

/** Judgment on a rule. */
export interface Verdict {
  readonly holds: boolean;
  readonly value: number | null;
  readonly subjects: readonly AlertSubject[];
}

/** Models or keys that an alert names, at most. */
const MOST_SUBJECTS = 20;

/**
 * Judges whether the condition of a rule holds: its value has reached the threshold, over enough requests.
 *
 * @param condition the condition
 * @param measurement what was measured
 */
export function judge(
  { threshold, minRequests }: Pick<AlertCondition, 'threshold' | 'minRequests'>,
  { value, requests, subjects = [] }: Measurement,
): Verdict {
  const hasEnough = minRequests === null || (requests ?? 0) >= minRequests;
  return {
    holds: value !== null && hasEnough && value >= (threshold ?? 1),
    value: hasEnough ? value : null,
    subjects: subjects.slice(0, MOST_SUBJECTS),
  };
}
