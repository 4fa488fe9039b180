import { count, duration, percent, plural } from '../../ui/format';
import { adviceFor } from '../errors/advice';
import { meaningOf } from '../errors/meaning';
import type { Metrics } from './queries';

/** A finding that a user should look at. */
export interface Concern {
  readonly level: 'bad' | 'warn';
  readonly text: string;
  /** Meaning and advice; missing where the text says it. */
  readonly detail?: string;
  /** Filters of its list of requests, as the query of a URL; null for none. */
  readonly search: string | null;
}

/** Longest normal wait of a due request, in seconds. Only missing or busy workers cause a longer one. */
const LATE_SECONDS = 10;
/** Smallest number of ended requests for which a rate is meaningful. */
const ENOUGH = 10;
const GOOD_RATE = 0.99;
const BAD_RATE = 0.95;
/** Retries per accepted request that a healthy provider does not exceed. */
const MANY_RETRIES = 0.2;
const MOST = 5;

/**
 * Returns the concerns in a project's figures, the worst first.
 *
 * @param metrics figures of the project
 * @param range range of the figures, e.g. `1h`, for the links to lists
 * @param mode mode of the figures, also for the links; empty for both
 */
export function concernsOf(metrics: Metrics, range: string, mode = ''): readonly Concern[] {
  const { totals, now, failures_by_code: failures } = metrics;
  const narrowed = mode === '' ? '' : `&mode=${mode}`;
  const concerns: Concern[] = [];
  if ((now.oldest_due_seconds ?? 0) > LATE_SECONDS) {
    const wait = duration((now.oldest_due_seconds ?? 0) * 1_000);
    concerns.push({
      level: 'bad',
      text: `Work is not picked up: the oldest due request has waited ${wait}. Are workers running?`,
      search: `status=queued,retrying${narrowed}`,
    });
  }
  if (now.waiting_out_outage > 0) {
    concerns.push({
      level: 'warn',
      text: `${plural(now.waiting_out_outage, 'request')} ${now.waiting_out_outage === 1 ? 'is' : 'are'} waiting out an outage or a rate limit of the provider. ${now.waiting_out_outage === 1 ? 'It is' : 'They are'} tried again until the deadline.`,
      search: `status=retrying${narrowed}`,
    });
  }
  const ended = totals.completed + totals.failed;
  if (totals.success_rate !== null && ended >= ENOUGH && totals.success_rate < GOOD_RATE) {
    concerns.push({
      level: totals.success_rate < BAD_RATE ? 'bad' : 'warn',
      text: `${count(totals.failed)} of ${plural(ended, 'request')} failed (${percent(totals.failed / ended)}).`,
      search: `status=failed&range=${range}${narrowed}`,
    });
  }
  for (const { code, count: times } of failures.filter((failure) => failure.count > 0)) {
    concerns.push({
      level: isOurs(code) ? 'bad' : 'warn',
      text: `${plural(times, 'request')} failed with ${code}.`,
      detail: `${meaningOf(code)} ${adviceFor(code)}`.trim(),
      search: `status=failed&error_code=${encodeURIComponent(code)}&range=${range}${narrowed}`,
    });
  }
  if (totals.accepted >= ENOUGH && totals.retried / totals.accepted > MANY_RETRIES) {
    concerns.push({
      level: 'warn',
      text: `${percent(Math.min(1, totals.retried / totals.accepted))} of the requests needed a retry.`,
      search: null,
    });
  }
  return concerns
    .toSorted((one, other) => Number(other.level === 'bad') - Number(one.level === 'bad'))
    .slice(0, MOST);
}

/** Error codes that require an action on a credential, an account or a worker. */
const OURS: ReadonlySet<string> = new Set([
  'provider_auth_failed',
  'provider_not_configured',
  'insufficient_quota',
  'billing_not_active',
  'worker_lost',
  'payload_unreadable',
  'outcome_unknown',
]);
const isOurs = (code: string): boolean => OURS.has(code);
