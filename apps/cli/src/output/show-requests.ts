import { describeWait } from '@reqrun/contracts';
import type { Attempt, RequestRecord } from '@reqrun/sdk';

import type { Colors } from './output.js';
import { printable, shortDuration, shortTime } from './printable.js';
import { table } from './table.js';

/**
 * Records as a table, newest first.
 *
 * @param records which
 * @param colors for the screen
 */
export function showRequests(records: readonly RequestRecord[], colors: Colors): string {
  return table(
    ['ID', 'STATUS', 'ATTEMPTS', 'MODEL', 'CREATED (UTC)', 'TOOK', 'LAST ERROR'],
    records.map((record) => [
      printable(record.id),
      showStatus(record.status, colors),
      String(record.attempts),
      printable(record.model),
      shortTime(record.created_at),
      tookOf(record) ?? '–',
      printable(record.error?.code ?? record.last_error_code ?? '–'),
    ]),
    colors,
  );
}

/**
 * All of a record but its result.
 *
 * @param record which
 * @param colors for the screen
 */
export function showRequest(record: RequestRecord, colors: Colors): string {
  const { error, usage, metadata } = record;
  const model =
    record.model === record.requested_model
      ? record.model
      : `${record.model} (asked for: ${record.requested_model})`;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Id', printable(record.id)],
    ['Status', showStatus(record.status, colors)],
    ['Error', error === null ? null : printable(`${error.code}: ${error.message}`)],
    ['Last error', error === null ? mapped(record.last_error_code, printable) : null],
    ['Model', printable(model)],
    ['Attempts', String(record.attempts)],
    ['Cached from', mapped(record.cached_from, printable)],
    ['Waits for', waitOf(record)],
    ['Endpoint', printable(record.endpoint)],
    ['Idempotency key', mapped(record.idempotency_key, printable)],
    ['Created', utc(record.created_at)],
    ['Started', utc(record.started_at)],
    ['Failing since', utc(record.failing_since)],
    [
      record.next_attempt_is_estimate ? 'Next attempt, about' : 'Next attempt',
      utc(record.next_attempt_at),
    ],
    ['Ended', utc(record.completed_at)],
    ['Took', tookOf(record)],
    ['Deadline', record.completed_at === null ? utc(record.deadline_at) : null],
    ['Tokens', usage === null ? null : printable(String(usage.total_tokens))],
    ...Object.entries(metadata ?? {}).map(
      ([name, value]) => [`metadata.${printable(name)}`, printable(value)] as const,
    ),
  ];
  const given = rows.flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  return table(
    [],
    given.map(([name = '', value = '']) => [colors.dim(name), value]),
    colors,
  );
}

/** Returns what a request waits for; null where it waits for nothing but its turn. */
const waitOf = ({ waiting_reason: reason, waiting_code: code }: RequestRecord): string | null =>
  reason === null ? null : printable(describeWait(reason, code));

/**
 * Attempts as a table, oldest first.
 *
 * @param attempts which
 * @param colors for the screen
 */
export function showAttempts(attempts: readonly Attempt[], colors: Colors): string {
  return table(
    ['#', 'OUTCOME', 'HTTP', 'ERROR', 'STARTED (UTC)', 'TOOK', 'THEN', 'MODEL'],
    attempts.map((attempt) => [
      String(attempt.number),
      printable(attempt.outcome),
      attempt.http_status === null ? '–' : String(attempt.http_status),
      printable(errorOf(attempt)),
      shortTime(attempt.started_at),
      between(attempt.started_at, attempt.ended_at) ?? '–',
      thenOf(attempt),
      printable(attempt.model),
    ]),
    colors,
  );
}

/**
 * One line about where a request stands, while it is waited for.
 *
 * @param record which
 * @param now milliseconds since 1970
 */
export function showStanding(record: RequestRecord, now: number = Date.now()): string {
  const attempts = `${record.attempts} ${record.attempts === 1 ? 'attempt' : 'attempts'}`;
  const parts = [`${printable(record.id)} ${record.status}`, attempts];
  const wait = waitOf(record);
  if (wait !== null) {
    parts.push(`waits for ${wait}`);
  } else if (record.last_error_code !== null) {
    parts.push(printable(record.last_error_code));
  }
  const dueMs = record.next_attempt_at === null ? 0 : Date.parse(record.next_attempt_at) - now;
  if (dueMs > 0) {
    const about = record.next_attempt_is_estimate ? 'about ' : '';
    parts.push(`next in ${about}${shortDuration(dueMs)}`);
  }
  return parts.join(' · ');
}

function showStatus(status: RequestRecord['status'], colors: Colors): string {
  switch (status) {
    case 'completed':
      return colors.green(status);
    case 'failed':
      return colors.red(status);
    case 'canceled':
      return colors.yellow(status);
    case 'queued':
    case 'processing':
    case 'retrying':
      return colors.cyan(status);
  }
}

function errorOf({ error_code: code, error_detail: detail }: Attempt): string {
  return detail === null ? (code ?? '–') : `${code} (${detail})`;
}

function thenOf({ decision }: Attempt): string {
  if (decision === null) {
    return '–';
  }
  const { action, delay_ms: delay, reason } = decision;
  const after = delay === null || action !== 'retry' ? '' : ` in ${shortDuration(delay)}`;
  return printable(action === 'succeed' ? action : `${action}${after} (${reason})`);
}

function tookOf(record: RequestRecord): string | null {
  return between(record.created_at, record.completed_at);
}

function between(start: string, end: string | null): string | null {
  return end === null ? null : shortDuration(Math.max(0, Date.parse(end) - Date.parse(start)));
}

function utc(time: string | null): string | null {
  return time === null ? null : `${shortTime(time)} UTC`;
}

function mapped<T>(value: T | null, map: (value: T) => string): string | null {
  return value === null ? null : map(value);
}
