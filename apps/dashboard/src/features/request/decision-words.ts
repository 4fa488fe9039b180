import { ERROR_DETAILS } from '@reqrun/contracts';

import { duration } from '../../ui/format';

/** What was decided after an attempt, as the API says it. */
export interface Decision {
  readonly action: string;
  readonly reason: string;
  readonly delay_ms: number | null;
  readonly delay_source: string | null;
}

const ACTIONS: Readonly<Record<string, string>> = {
  succeed: 'The request is completed',
  retry: 'Retry',
  fallback: 'Retry with the next model',
  fail: 'The request failed for good',
  cancel: 'The request was canceled',
};

const REASONS: Readonly<Record<string, string>> = {
  ...ERROR_DETAILS,
  network: 'the connection to the provider failed',
  timeout: 'the provider did not answer in time',
  invalid_response: 'the answer could not be used',
  'x-should-retry': 'the provider said so in x-should-retry',
  quota_exhausted: "the provider's account has no credit, and waiting does not help",
  content_policy: 'the provider refused the content, and would again',
  context_length: 'the prompt is too long for the model',
  request_too_large: "it asks for more than the provider's limit",
  not_retryable: 'the same request would fail the same way again',
  retries_exhausted: 'all retries are used',
  retry_after_exceeds_deadline: 'the provider asked for a wait beyond the deadline',
  deadline_exceeded: 'the deadline has passed',
  outcome_unknown: 'the worker was lost, and the request asked not to call twice',
  lost: 'the worker was lost',
  worker_lost: 'the worker was lost',
  released: 'the worker was stopped and gave it back',
};

/** Where the length of a wait comes from. */
const SOURCES: Readonly<Record<string, string>> = {
  backoff: 'the usual growing wait',
  'retry-after': 'as the provider asked for',
  'retry-after-ms': 'as the provider asked for',
  'retry-info': 'as the provider asked for',
  'x-ratelimit-reset': "until the provider's limit is reset",
};

/**
 * A decision in one sentence: what, after how long, why.
 *
 * @param decision as the API says it
 */
export function decisionWords({ action, reason, delay_ms, delay_source }: Decision): string {
  const what = ACTIONS[action] ?? action;
  if (action === 'succeed') {
    return `${what}.`;
  }
  const source = SOURCES[delay_source ?? ''];
  const wait =
    delay_ms === null || delay_ms === 0
      ? ''
      : ` after ${duration(delay_ms)}${source === undefined ? '' : `, ${source}`}`;
  return `${what}${wait}: ${reasonWords(reason)}.`;
}

function reasonWords(reason: string): string {
  const status = /^http_(\d{3})$/.exec(reason)?.[1];
  return status === undefined
    ? (REASONS[reason] ?? reason.replaceAll('_', ' '))
    : `the provider answered HTTP ${status}`;
}

/**
 * Why an attempt came to its error, in a sentence.
 *
 * @param detail as the API says it
 */
export function detailWords(detail: string): string {
  const words = reasonWords(detail);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
