import { requestIdFromUuid, RESPONSES } from '@reqrun/contracts';
import { UnreadableError } from '@reqrun/platform/crypto';
import type { Logger } from '@reqrun/platform/logging';
import type { CallTarget, ProjectDirectory } from '@reqrun/projects';
import type { ProviderClient, ProviderOutcome } from '@reqrun/providers';
import type { AbandonedResponse, ProviderResponses } from '@reqrun/requests';
import { mendsWithTime } from '@reqrun/retry-policy';

import type { PeriodicJob } from '../periodic-task.js';

/** Parts of the task. */
export interface AbandonedResponsesParts {
  responses: ProviderResponses;
  projects: ProjectDirectory;
  provider: ProviderClient;
  logger: Logger;
}

/** Longest call, in ms. */
const CANCEL_MS = 10_000;

/**
 * Cancels responses that run at a provider although nothing waits for them: the request was canceled, has failed or
 * has begun anew, or its call was given up. The table says which, so it does not matter which worker has lost them.
 * A cancellation that fails for a reason that may pass is repeated a minute later.
 *
 * @param parts the parts of the task
 * @param everyMs pause between two rounds, in ms
 */
export function abandonedResponsesTask(
  parts: AbandonedResponsesParts,
  everyMs: number,
): PeriodicJob {
  return {
    name: 'response_cancellation',
    everyMs,
    async run(signal) {
      for (;;) {
        const taken = await parts.responses.takeAbandoned();
        await Promise.all(taken.map((response) => cancel(response, parts)));
        if (taken.length === 0 || signal.aborted) {
          return;
        }
      }
    },
  };
}

async function cancel(
  abandoned: AbandonedResponse,
  { responses, projects, provider, logger }: AbandonedResponsesParts,
): Promise<void> {
  const { projectId, response, requestId, attempt, headers } = abandoned;
  // Another account does not know the response, and is not told of it.
  const target = await targetOf(projects, abandoned);
  let outcome: ProviderOutcome | null = null;
  if (target !== null) {
    outcome = await provider.passOn('POST', {
      ...{ baseUrl: target.baseUrl, apiKey: target.apiKey, headers },
      ...{ kind: target.kind, apiVersion: target.apiVersion },
      path: `${RESPONSES.path}/${response.id}/cancel`,
      timeoutMs: CANCEL_MS,
    });
  }
  logger.info('response.canceled', {
    request_id: requestIdFromUuid(requestId),
    project_id: projectId,
    attempt,
    outcome: outcome?.kind ?? 'provider_changed',
    http_status: outcome !== null && 'httpStatus' in outcome ? outcome.httpStatus : null,
  });
  if (outcome !== null && 'share' in outcome) {
    outcome.share?.release();
  }
  if (!mayHelpLater(outcome)) {
    await responses.settle(abandoned);
  }
}

/** The account that a response runs at; null where none of the request's providers is that account any more. */
async function targetOf(
  projects: ProjectDirectory,
  { projectId, mode, providerIds, response }: AbandonedResponse,
): Promise<CallTarget | null> {
  for (const providerId of new Set([...providerIds, null])) {
    try {
      const target = await projects.targetOf(projectId, mode, providerId);
      if (target?.identity === response.target) {
        return target;
      }
    } catch (error) {
      if (!(error instanceof UnreadableError)) {
        throw error;
      }
    }
  }
  return null;
}

/** Whether the same cancellation may succeed later. One that was refused has nothing left to cancel. */
function mayHelpLater(outcome: ProviderOutcome | null): boolean {
  if (outcome === null || outcome.kind === 'success' || outcome.kind === 'invalid_response') {
    return false;
  }
  return (
    outcome.kind !== 'http_error' ||
    mendsWithTime({
      ...{ kind: 'http', status: outcome.httpStatus, headers: outcome.headers },
      ...{ codes: [], messageSays: null, retryDelay: null },
    })
  );
}
