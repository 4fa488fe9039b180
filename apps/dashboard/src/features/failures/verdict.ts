import { count, duration } from '../../ui/format';
import type { Metrics } from '../overview/queries';
import type { FailureGroup, Side } from './failure-groups';

const SIDES: readonly (readonly [Side, string])[] = [
  ['provider', 'at the provider'],
  ['setup', "for the provider's account, key or address"],
  ['request', 'because of the request itself'],
  ['reqrun', 'in ReqRun'],
];
/** Longest normal wait of a due request, in seconds. */
const LATE_SECONDS = 10;

/**
 * Answers in two sentences whether it is the provider or us.
 *
 * @param groups the failures
 * @param metrics figures of the same range
 */
export function verdictOf(
  groups: readonly FailureGroup[],
  { now, totals }: Pick<Metrics, 'now' | 'totals'>,
): string {
  const parts = SIDES.flatMap(([side, words]) => {
    const requests = groups
      .filter((group) => group.side === side)
      .reduce((sum, group) => sum + group.requests, 0);
    return requests === 0 ? [] : [`${count(requests)} failed ${words}`];
  });
  const late = now.oldest_due_seconds ?? 0;
  const isOurs = groups.some(({ side }) => side === 'reqrun');
  const queue = totals.queue_ms.p95;
  const waits = queue === null ? '' : `: requests wait ${duration(queue)} for a worker (p95)`;
  const us =
    late > LATE_SECONDS
      ? `ReqRun is behind too: the oldest due request has waited ${duration(late * 1_000)}. Are workers running?`
      : isOurs
        ? ''
        : `Nothing points to ReqRun${waits}.`;
  return [`${listed(parts)}.`, us].filter((words) => words !== '').join(' ');
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
