import { validateBody } from '../answer-body.js';
import type { ProviderOutcome, ProviderSuccess } from '../outcome.js';
import { type BodyProblem, type EndpointModule, invalid } from './endpoint-module.js';
import { responses } from './responses.js';

const RUNNING: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);
const FINAL: ReadonlySet<unknown> = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

/**
 * Any state of a response in the background, as its creation and later looks at it are answered. Whether a final
 * one is a result is judged by {@link finalOutcome}.
 */
export const backgroundResponse: EndpointModule = {
  ...responses,
  problemOf: (body) =>
    RUNNING.has(body['status']) || FINAL.has(body['status']) ? null : responses.problemOf(body),
};

/** Stands for a response that runs. It is known by its identity. */
const STILL_RUNNING: BodyProblem = invalid('wrong_shape');

const judge: EndpointModule = {
  ...responses,
  problemOf: (body) => (RUNNING.has(body['status']) ? STILL_RUNNING : responses.problemOf(body)),
};

/**
 * Judges the answer to a look at a response in the background as the answer to an ordinary call would be judged.
 *
 * @param answer as {@link backgroundResponse} has let it through
 * @returns null while the response runs
 */
export function finalOutcome(answer: ProviderSuccess): ProviderOutcome | null {
  const { httpStatus, headers, providerRequestId, body } = answer;
  const judged = validateBody(httpStatus, body, judge);
  if (judged === STILL_RUNNING) {
    return null;
  }
  if (judged.ok) {
    return {
      ...answer,
      usage: judged.usage,
      answerId: judged.id ?? null,
      isCacheable: judged.isCacheable ?? false,
    };
  }
  if ('reason' in judged) {
    answer.share?.release();
    return {
      kind: 'invalid_response',
      reason: judged.reason,
      httpStatus,
      headers,
      providerRequestId,
    };
  }
  const { contentType, share } = answer;
  return {
    ...{ kind: 'http_error', httpStatus: judged.status, error: judged.error },
    ...{ contentType, headers, body, share, providerRequestId },
  };
}
