import type { Verdict } from '../report.js';
import type { Evidence } from './evidence.js';

/** Numbers of requests by the way in which they were started. */
export interface Ways {
  /** Requests accepted by an API, and then claimed. */
  readonly queued: number;
  /** Requests accepted by the worker that ran them at once (direct dispatch). */
  readonly direct: number;
}

/**
 * Counts the requests by the way in which they were started.
 *
 * @param transitions changes of state, as noted by the triggers
 */
export function countWays({ transitions }: Pick<Evidence, 'transitions'>): Ways {
  const first = [...transitions.values()].map(([step]) => step?.new_status);
  return {
    queued: first.filter((status) => status === 'queued').length,
    direct: first.filter((status) => status === 'processing').length,
  };
}

/**
 * Checks the harness itself, not the product: whether a run used the expected ways.
 *
 * @param ways numbers of requests by way
 * @param expected the ways that the run should use
 */
export function usedWays(
  { queued, direct }: Ways,
  expected: { readonly queued: boolean; readonly direct: boolean },
): Verdict {
  return {
    name: 'the run used the ways into the table that it was to use',
    violations: [
      ...(expected.direct && direct === 0 ? ['no request was started directly'] : []),
      ...(!expected.direct && direct > 0
        ? [`${direct} requests were started directly without links`]
        : []),
      ...(expected.queued && queued === 0 ? ['no request went by the table'] : []),
    ],
    note: `${direct} requests started directly, ${queued} by the table`,
  };
}
