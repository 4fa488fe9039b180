import {
  type DecisionAction,
  type DelaySource,
  ERROR_DETAILS,
  type NamedReason,
} from '@reqrun/contracts';

import { duration } from '../../ui/format';

/** Decision after an attempt, as the API returns it. */
export interface Decision {
  readonly action: string;
  readonly reason: string;
  readonly delay_ms: number | null;
  readonly delay_source: string | null;
}

const ACTIONS: Readonly<Record<DecisionAction, string>> = {
  succeed: 'The request is completed',
  retry: 'Retried',
  fallback: 'Went on with the next model',
  fail: 'Failed',
  cancel: 'The request was canceled',
};

const REASONS: Readonly<Record<NamedReason, string>> = {
  ...ERROR_DETAILS,
  success: 'the provider answered',
  canceled: 'it was canceled',
  network: 'the connection to the provider failed',
  timeout: 'the provider did not answer in time',
  invalid_response: 'the answer could not be used',
  'x-should-retry': 'the provider said so in x-should-retry',
  not_retryable: 'the same request would fail the same way again',
  retries_exhausted: 'all retries are used',
  retry_after_exceeds_deadline: 'the provider asked for a wait beyond the deadline',
  deadline_exceeded: 'the deadline has passed',
  quota_exhausted: 'the quota of the provider is spent, so only another provider helps',
  context_length: 'the input is too long for this model',
  request_too_large: 'the request is larger than this model allows',
  provider_not_configured: 'its provider has been removed',
  provider_address_refused: 'calls to the address of its provider are not allowed',
  outcome_unknown: 'the worker was lost, and the request asked not to call twice',
  lost: 'the worker was lost',
  worker_lost: 'the worker was lost',
  released: 'the worker was stopped and gave it back',
  reattach:
    'its worker is gone, and the response runs on at the provider; the next attempt waits for it',
};

/** Texts for the sources of a wait's length. */
const SOURCES: Readonly<Record<DelaySource, string>> = {
  backoff: 'backoff',
  'retry-after': 'as the provider asked, plus jitter',
  'retry-after-ms': 'as the provider asked, plus jitter',
  'retry-info': 'as the provider asked, plus jitter',
  'x-ratelimit-reset': "until the provider's limit is reset",
};

/**
 * Returns a decision in one sentence: the action, its delay and its reason.
 *
 * @param decision the decision as the API returns it
 */
export function decisionWords({ action, reason, delay_ms, delay_source }: Decision): string {
  const what = wordsFor(ACTIONS, action) ?? action;
  if (action === 'succeed') {
    return `${what}.`;
  }
  const source = delay_source === null ? undefined : wordsFor(SOURCES, delay_source);
  const wait =
    delay_ms === null || delay_ms === 0
      ? ''
      : ` after ${duration(delay_ms)}${source === undefined ? '' : `, ${source}`}`;
  return `${what}${wait}: ${reasonWords(reason)}.`;
}

/** Returns the text for a word. An API of a later version may send unknown words. */
function wordsFor<Known extends string>(
  words: Readonly<Record<Known, string>>,
  word: string,
): string | undefined {
  return Object.hasOwn(words, word) ? words[word as Known] : undefined;
}

function reasonWords(reason: string): string {
  const status = /^http_(\d{3})$/.exec(reason)?.[1];
  return status === undefined
    ? (wordsFor(REASONS, reason) ?? reason.replaceAll('_', ' '))
    : `the provider answered HTTP ${status}`;
}

/**
 * Returns the reason for an attempt's error, in a sentence.
 *
 * @param detail the detail code as the API returns it
 */
export function detailWords(detail: string): string {
  const words = reasonWords(detail);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
