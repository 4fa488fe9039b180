import type { AlertKind } from '@reqrun/contracts';

import type { AlertCondition, AlertSubject } from '../rules/rule.js';

/** Names of the kinds of rules, for people. */
export const ALERT_KIND_NAMES: Readonly<Record<AlertKind, string>> = {
  failure_rate: 'Failure rate',
  retry_rate: 'Retry rate',
  oldest_due: 'Oldest due request',
  provider_breaker: 'Provider breaker',
  key_unused: 'Unused key',
  key_misused: 'Misused key',
};

/**
 * Says in a sentence or two what an alert is about.
 *
 * @param condition the condition that holds
 * @param value the value, in the unit of the threshold
 * @param subjects models or keys that it is about
 */
export function describeAlert(
  { kind, threshold, windowMinutes }: Omit<AlertCondition, 'minRequests' | 'mode'>,
  value: number | null,
  subjects: readonly AlertSubject[],
): string {
  const names = subjects.map(nameOf).join(', ');
  const window = `the last ${durationOf((windowMinutes ?? 0) * 60)}`;
  switch (kind) {
    case 'failure_rate':
      return `${percentOf(value)} of the requests of ${window} failed. The threshold is ${percentOf(threshold)}.`;
    case 'retry_rate':
      return `${percentOf(value)} of the requests of ${window} were retried. The threshold is ${percentOf(threshold)}.`;
    case 'oldest_due':
      return `A request has been due for ${durationOf(value ?? 0)}, and no worker has taken it. The threshold is ${durationOf(threshold ?? 0)}.`;
    case 'provider_breaker':
      return `The breaker is open: calls fail and are stopped. Affected: ${names}.`;
    case 'key_unused':
      return `Keys were not used for ${threshold ?? 0} days: ${names}.`;
    case 'key_misused':
      return `Calls with a revoked or expired key were refused in ${window}. Keys: ${names}.`;
  }
}

/**
 * A duration, in its largest unit that leaves at least two.
 *
 * @param seconds the duration
 */
export function durationOf(seconds: number): string {
  for (const [unit, name] of UNITS) {
    if (seconds >= 2 * unit) {
      return `${Math.round(seconds / unit)} ${name}`;
    }
  }
  return `${Math.round(seconds)} s`;
}

const UNITS = [
  [86_400, 'days'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

const percentOf = (share: number | null): string =>
  `${(Math.round((share ?? 0) * 1000) / 10).toString()} %`;

const nameOf = (subject: AlertSubject): string =>
  subject.type === 'key'
    ? subject.name
    : subject.model === null
      ? subject.provider
      : `${subject.provider}/${subject.model}`;
