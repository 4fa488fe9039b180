import { type QueryClient, queryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** A lane as the admin API returns it: a model of a provider, or a provider as a whole. */
export type Lane = Schema<'Lane'>;

/** Name of a lane. */
export interface LaneName {
  readonly provider: string;
  /** As the provider is asked for it; null for the provider as a whole. */
  readonly model: string | null;
}

/** Limits that a person sets; null for none. */
export type LaneLimits = Schema<'LaneLimits'>;

/** Interval at which the lanes are read anew, in ms. */
const EVERY_MS = 3_000;

/**
 * Query for the lanes of a project that have something to show.
 *
 * @param projectId UUID of the project
 */
export const lanesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['lanes', projectId],
    queryFn: async () =>
      (
        await take(
          api.GET('/admin/projects/{project_id}/lanes', {
            params: { path: { project_id: projectId } },
          }),
        )
      ).data,
    refetchInterval: EVERY_MS,
  });

/**
 * Sets the limits of a lane in place of those that it has.
 *
 * @param projectId UUID of the project
 * @param lane its name
 * @param limits the limits; all null for none
 */
export const limitLane = (projectId: string, lane: LaneName, limits: LaneLimits): Promise<Lane> =>
  take(
    api.PUT('/admin/projects/{project_id}/lanes/limits', {
      params: { path: { project_id: projectId } },
      body: { ...lane, ...limits },
    }),
  );

/** Change of a lane by a person: its calls are stopped, go on, or one is tried. */
export type LaneAction = 'open' | 'close' | 'probe';

/**
 * Changes a lane.
 *
 * @param projectId UUID of the project
 * @param lane its name
 * @param action what is done
 */
export function changeLane(projectId: string, lane: LaneName, action: LaneAction): Promise<Lane> {
  const { provider, model } = lane;
  const call = {
    params: { path: { project_id: projectId } },
    body: { provider, model },
  };
  switch (action) {
    case 'open':
      return take(api.POST('/admin/projects/{project_id}/lanes/open', call));
    case 'close':
      return take(api.POST('/admin/projects/{project_id}/lanes/close', call));
    case 'probe':
      return take(api.POST('/admin/projects/{project_id}/lanes/probe', call));
  }
}

/**
 * Reads the lanes anew.
 *
 * @param client cache of the API's answers
 * @param projectId UUID of the project
 */
export const refreshLanes = (client: QueryClient, projectId: string): Promise<void> =>
  client.invalidateQueries({ queryKey: lanesQuery(projectId).queryKey });
