import type { Verdict } from '../report.js';
import type { Evidence } from './evidence.js';

/** How requests came into the table. */
export interface Ways {
  /** Accepted by an API, and claimed. */
  readonly queued: number;
  /** Accepted by the worker that ran them at once. */
  readonly direct: number;
}

/**
 * Counts the requests that came into the table in each way.
 *
 * @param transitions what the triggers saw
 */
export function countWays({ transitions }: Pick<Evidence, 'transitions'>): Ways {
  const first = [...transitions.values()].map(([step]) => step?.new_status);
  return {
    queued: first.filter((status) => status === 'queued').length,
    direct: first.filter((status) => status === 'processing').length,
  };
}

/**
 * Holds against the harness itself, not against the product, that a run tried what it was to try.
 *
 * @param ways how its requests came into the table
 * @param expected which of the ways it was to use
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
