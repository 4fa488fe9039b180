import type { AlertRule, AlertRuleFields } from '@reqrun/alerts';
import { ALERT_NUMBERS, type AlertKind, type AlertNumber } from '@reqrun/contracts';
import { normalizeEmail } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import type { AlertChannels } from './alert-channels.js';
import type { AlertRuleChanges } from './alert-rules.dto.js';

/**
 * The fields of a rule after a change, checked: left-out fields keep their value, or have their default in a new rule.
 *
 * @param kind kind of the rule
 * @param body the input
 * @param stored the rule as it is stored; null for a new one
 * @param channels checks receivers
 * @throws ApiError naming the field
 */
export function fieldsOf(
  kind: AlertKind,
  body: AlertRuleChanges,
  stored: AlertRule | null,
  channels: AlertChannels,
): AlertRuleFields {
  const numbers = ALERT_NUMBERS[kind];
  const mode = body.mode ?? stored?.mode ?? 'live';
  if (kind === 'provider_breaker' && mode === 'test') {
    throw invalid('mode', 'mode must be live: breakers are those of providers of live requests.');
  }
  const recipients =
    body.recipients === undefined ? (stored?.recipients ?? []) : emailsOf(body.recipients);
  if (body.recipients !== undefined && recipients.length > 0 && !channels.hasMail) {
    throw invalid(
      'recipients',
      'This server has no mail server. Set REQRUN_SMTP_URL, or use a webhook.',
    );
  }
  const webhookUrl =
    body.webhook_url === undefined ? (stored?.webhookUrl ?? null) : body.webhook_url;
  if (webhookUrl !== null) {
    channels.check(webhookUrl);
  }
  return {
    ...{ kind, mode, recipients, webhookUrl },
    name: body.name ?? stored?.name ?? '',
    threshold: numberOf('threshold', body.threshold, stored?.threshold, numbers.threshold, kind),
    windowMinutes: wholeOf(
      'window_minutes',
      ...([body.window_minutes, stored?.windowMinutes, numbers.windowMinutes, kind] as const),
    ),
    minRequests: wholeOf(
      'min_requests',
      ...([body.min_requests, stored?.minRequests, numbers.minRequests, kind] as const),
    ),
    remindMinutes:
      body.remind_minutes === undefined ? (stored?.remindMinutes ?? null) : body.remind_minutes,
    enabled: body.enabled ?? stored?.enabled ?? true,
  };
}

function numberOf(
  param: string,
  given: number | null | undefined,
  stored: number | null | undefined,
  bounds: AlertNumber | null,
  kind: AlertKind,
): number | null {
  if (bounds === null) {
    if (given !== undefined && given !== null) {
      throw invalid(param, `A rule of the kind ${kind} has no ${param}.`);
    }
    return null;
  }
  const value = given ?? stored ?? bounds.default;
  if (value < bounds.min || value > bounds.max) {
    throw invalid(param, `${param} must be from ${bounds.min} to ${bounds.max} for ${kind}.`);
  }
  return value;
}

function wholeOf(...input: Parameters<typeof numberOf>): number | null {
  const value = numberOf(...input);
  if (value !== null && !Number.isInteger(value)) {
    throw invalid(input[0], `${input[0]} must be a whole number.`);
  }
  return value;
}

function emailsOf(given: readonly string[]): string[] {
  const emails = given.map((text) => {
    const email = normalizeEmail(text);
    if (email === null) {
      throw invalid('recipients', 'Each of recipients must be an e-mail address.');
    }
    return email;
  });
  return [...new Set(emails)];
}

const invalid = (param: string, message: string): ApiError =>
  new ApiError('invalid_value', { param, message });
