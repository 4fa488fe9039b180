import { queryOptions } from '@tanstack/react-query';

import { ApiError } from '../../api/api-error';
import { api, take } from '../../api/client';
import { bodyOf, type SimulationDraft, writeDraft } from './simulation-draft';

/** Retries while another simulation of the project runs, and the wait before each, in ms. */
const BUSY_RETRIES = 10;
const BUSY_MS = 500;

/**
 * Query for the answer to a question. It is asked once: the range ends when it was asked.
 *
 * @param projectId UUID of the project
 * @param draft the question
 */
export const simulationQuery = (projectId: string, draft: SimulationDraft) =>
  queryOptions({
    queryKey: ['simulation', projectId, writeDraft(draft).toString()],
    queryFn: ({ signal }) =>
      take(
        api.POST('/admin/projects/{project_id}/policies/simulate', {
          params: { path: { project_id: projectId } },
          body: bodyOf(draft, Date.now()),
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    // One runs at a time, and the one that this page gave up may not have ended yet.
    retry: (times, error) =>
      times < BUSY_RETRIES && error instanceof ApiError && error.status === 429,
    retryDelay: BUSY_MS,
  });
