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
  retry: 'Retry',
  fallback: 'Retry with the next model',
  fail: 'The request failed for good',
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
  outcome_unknown: 'the worker was lost, and the request asked not to call twice',
  lost: 'the worker was lost',
  worker_lost: 'the worker was lost',
  released: 'the worker was stopped and gave it back',
};

/** Texts for the sources of a wait's length. */
const SOURCES: Readonly<Record<DelaySource, string>> = {
  backoff: 'the usual growing wait',
  'retry-after': 'as the provider asked for',
  'retry-after-ms': 'as the provider asked for',
  'retry-info': 'as the provider asked for',
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
