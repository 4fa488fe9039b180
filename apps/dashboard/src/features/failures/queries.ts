import { queryOptions } from '@tanstack/react-query';

import { api, take } from '../../api/client';
import { type Range, RANGES } from '../overview/queries';
import type { AdminRequest } from '../requests/queries';
import { type FailureGroup, groupFailures } from './failure-groups';

/** Refresh interval, in ms. */
const LOOK_MS = 15_000;
const PAGE = 100;
/** Largest number of pages that are grouped. */
const MOST_PAGES = 10;

/** Failures of a range, grouped. */
export interface Failures {
  readonly groups: readonly FailureGroup[];
  readonly requests: number;
  /** True when there are older ones in the range, which were not looked at. */
  readonly capped: boolean;
}

/**
 * Query for the failed requests that were accepted in a range, grouped by cause.
 *
 * @param projectId UUID of the project
 * @param range length of the range
 * @param mode mode of the requests; empty for both
 */
export const failuresQuery = (projectId: string, range: Range, mode: '' | 'live' | 'test') =>
  queryOptions({
    queryKey: ['failures', projectId, range, mode],
    queryFn: async ({ signal }): Promise<Failures> => {
      const to = Date.now();
      const from = to - RANGES[range];
      const failed: AdminRequest[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const page = await read(projectId, mode, from, after, signal);
        failed.push(...page.data);
        after = page.last_id;
        if (!page.has_more || after === null) {
          return {
            groups: groupFailures(failed, from, to),
            requests: failed.length,
            capped: false,
          };
        }
      }
      return { groups: groupFailures(failed, from, to), requests: failed.length, capped: true };
    },
    refetchInterval: LOOK_MS,
    placeholderData: (previous) => previous,
  });

const read = (
  projectId: string,
  mode: '' | 'live' | 'test',
  from: number,
  after: string | null,
  signal: AbortSignal,
) =>
  take(
    api.GET('/admin/projects/{project_id}/requests', {
      params: {
        path: { project_id: projectId },
        query: {
          status: 'failed',
          limit: PAGE,
          created_after: new Date(from).toISOString(),
          ...(mode !== '' && { mode }),
          ...(after !== null && { after }),
        },
      },
      signal,
    }),
  );
