import { queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A project's figures over a range. */
export type Metrics = Schema<'Metrics'>;

/** Lengths of ranges that end now, in ms. */
export const RANGES = {
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;

/** The name of a range. */
export type Range = keyof typeof RANGES;

/** Reads a range from a URL's query. */
export const rangeOf = (text: string | null): Range =>
  text !== null && text in RANGES ? (text as Range) : '1h';

/** Refresh interval of a short range, in ms. A long range changes slowly. */
const LIVE_MS = 5_000;
const SLOW_MS = 60_000;

/**
 * Query for a project's figures up to now.
 *
 * @param projectId UUID of the project
 * @param range length of the range
 * @param mode mode of the requests; empty for both
 */
export const metricsQuery = (projectId: string, range: Range, mode: '' | 'live' | 'test') =>
  queryOptions({
    queryKey: ['metrics', projectId, range, mode],
    queryFn: ({ signal }) => {
      const now = Date.now();
      const query = {
        from: new Date(now - RANGES[range]).toISOString(),
        to: new Date(now).toISOString(),
        ...(mode !== '' && { mode }),
      };
      return take(
        api.GET('/admin/projects/{project_id}/metrics', {
          params: { path: { project_id: projectId }, query },
          signal,
        }),
      );
    },
    refetchInterval: range === '1h' || range === '6h' ? LIVE_MS : SLOW_MS,
    placeholderData: (previous) => previous,
  });
