import { ALERT_NUMBERS, type AlertKind } from '@reqrun/contracts';

import type { AlertDelivery, AlertRule } from './queries';

/** Names of the kinds of rules. */
export const KIND_NAMES: Readonly<Record<AlertKind, string>> = {
  failure_rate: 'Failure rate',
  retry_rate: 'Retry rate',
  oldest_due: 'Oldest due request',
  provider_breaker: 'Provider breaker',
  key_unused: 'Unused key',
  key_misused: 'Misused key',
};

/** Sentences about what each kind of rule watches. */
export const KIND_HINTS: Readonly<Record<AlertKind, string>> = {
  failure_rate: 'A share of the requests in the window failed.',
  retry_rate: 'A share of the requests in the window was retried.',
  oldest_due: 'A request is due, and no worker takes it.',
  provider_breaker: 'Calls fail and are stopped.',
  key_unused: 'A key that works is not used any more.',
  key_misused: 'Somebody calls with a revoked or expired key.',
};

/**
 * Returns a value in the unit of a kind's threshold.
 *
 * @param kind kind of the rule
 * @param value the value; null for none
 */
export function valueText(kind: AlertKind, value: number | null): string {
  if (value === null) {
    return '–';
  }
  switch (ALERT_NUMBERS[kind].unit) {
    case 'share':
      return `${Math.round(value * 1000) / 10} %`;
    case 'seconds':
      return `${Math.round(value)} s`;
    case 'days':
      return `${Math.floor(value)} days`;
    case null:
      return `${value} ${value === 1 ? 'key' : 'keys'}`;
  }
}

/**
 * Says in a few words when a rule fires.
 *
 * @param rule the rule
 */
export function conditionText({
  kind,
  mode,
  threshold,
  window_minutes: minutes,
}: Pick<AlertRule, 'kind' | 'mode' | 'threshold' | 'window_minutes'>): string {
  const from = threshold === null ? '' : ` from ${valueText(kind, threshold)} on`;
  const within = minutes === null ? '' : ` in ${minutes} min`;
  return `${KIND_NAMES[kind]}${from}${within}${mode === 'test' ? ', test' : ''}`;
}

/**
 * Names what an alert is about.
 *
 * @param subjects models or keys
 */
export const subjectsText = (
  subjects: readonly {
    type: 'model' | 'key';
    name?: string;
    provider?: string;
    model?: string | null;
  }[],
): string =>
  subjects
    .map(({ type, name = '', provider = '', model }) =>
      type === 'key'
        ? name
        : model === null || model === undefined
          ? provider
          : `${provider}/${model}`,
    )
    .join(', ');

const FAILURES: Readonly<Record<NonNullable<AlertDelivery['tries'][number]['failure']>, string>> = {
  address_refused: 'its name leads to an address that is never called',
  channel_removed: 'the webhook was removed',
  connection_failed: 'no connection',
  gone: 'the receiver wants no more',
  http_error: 'the receiver answered with an error',
  not_configured: 'no mail server is configured',
  recipient_refused: 'the mail server refused the recipient',
  secret_unreadable: 'the signing secret cannot be read',
  sign_in_failed: 'the mail server refused the sign-in',
  smtp_error: 'the mail server refused the mail',
  timeout: 'no answer in time',
  url_not_allowed: 'the address is not allowed',
};

/**
 * Says how a notification is doing.
 *
 * @param delivery the notification
 */
export function deliveryText({ state, tries }: Pick<AlertDelivery, 'state' | 'tries'>): string {
  if (state === 'delivered') {
    return 'delivered';
  }
  const latest = tries.at(-1);
  if (latest === undefined) {
    return 'waiting';
  }
  const why = latest.failure === null ? '' : FAILURES[latest.failure];
  const status = latest.status === null ? '' : ` (${latest.status})`;
  return `${state === 'failed' ? 'failed' : 'trying again'}: ${why}${status}`;
}
