import type { AdminRequest } from '../requests/queries';

/** Place of a failure's cause: the provider, its account or address as set here, the request, or ReqRun. */
export type Side = 'provider' | 'setup' | 'request' | 'reqrun';

/** Number of failures with one value of a property. */
export interface Share {
  readonly value: string;
  readonly label: string;
  readonly requests: number;
}

/** Failed requests with the same error code. */
export interface FailureGroup {
  readonly code: string;
  readonly side: Side;
  readonly requests: number;
  /** Times at which the first and the last of them failed, as ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** Id of the newest one. */
  readonly sample: string;
  /** Models that were asked for, providers by name, and keys by id, the most frequent first. */
  readonly models: readonly Share[];
  readonly providers: readonly Share[];
  readonly keys: readonly Share[];
  /** Failures by equal parts of the range, oldest first. */
  readonly series: readonly number[];
}

/** Number of parts of a range in a series. */
const PARTS = 30;

const REQRUN: ReadonlySet<string> = new Set([
  'worker_lost',
  'outcome_unknown',
  'payload_unreadable',
]);
const SETUP: ReadonlySet<string> = new Set([
  'provider_auth_failed',
  'provider_not_configured',
  'provider_address_refused',
  'loop_detected',
  'insufficient_quota',
  'billing_not_active',
]);
/** Statuses below 500 with which a provider refuses for a while, whatever the request. */
const FOR_A_WHILE: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * Returns where the cause of a failure lies.
 *
 * @param code error code of the request
 * @param status HTTP status of the provider's last answer; null without one
 */
export function sideOf(code: string, status: number | null): Side {
  if (REQRUN.has(code)) {
    return 'reqrun';
  }
  if (SETUP.has(code)) {
    return 'setup';
  }
  return status !== null && status >= 400 && status < 500 && !FOR_A_WHILE.has(status)
    ? 'request'
    : 'provider';
}

/**
 * Groups failed requests by their error codes, the most frequent first.
 *
 * @param requests failed requests, in any order
 * @param from beginning of the range, in ms since 1970
 * @param to its end
 */
export function groupFailures(
  requests: readonly AdminRequest[],
  from: number,
  to: number,
): readonly FailureGroup[] {
  return [...groupBy(requests, ({ error }) => error?.code ?? 'unknown')]
    .map(([code, alike]) => groupOf(code, alike, from, to))
    .toSorted((one, other) => other.requests - one.requests);
}

function groupOf(
  code: string,
  requests: readonly AdminRequest[],
  from: number,
  to: number,
): FailureGroup {
  const sorted = requests.toSorted((one, other) => endOf(one).localeCompare(endOf(other)));
  const [first] = sorted;
  const last = sorted.at(-1);
  const series = Array.from({ length: PARTS }, () => 0);
  for (const request of sorted) {
    const share = (Date.parse(endOf(request)) - from) / Math.max(1, to - from);
    const part = Math.min(PARTS - 1, Math.max(0, Math.floor(share * PARTS)));
    series[part] = (series[part] ?? 0) + 1;
  }
  return {
    code,
    side: sideOf(code, last?.error?.http_status ?? null),
    requests: sorted.length,
    first: first === undefined ? '' : endOf(first),
    last: last === undefined ? '' : endOf(last),
    sample: last?.id ?? '',
    models: sharesOf(sorted, ({ requested_model: model }) => [model, model]),
    providers: sharesOf(sorted, ({ provider }) => [provider ?? '', provider ?? 'none']),
    keys: sharesOf(sorted, ({ api_key: { id, name } }) => [id, name ?? 'deleted key']),
    series,
  };
}

const endOf = ({ completed_at: end, updated_at: updated }: AdminRequest): string => end ?? updated;

function sharesOf(
  requests: readonly AdminRequest[],
  read: (request: AdminRequest) => readonly [value: string, label: string],
): readonly Share[] {
  const labels = new Map(requests.map(read));
  return [...groupBy(requests, (request) => read(request)[0])]
    .map(([value, alike]) => ({
      value,
      label: labels.get(value) ?? value,
      requests: alike.length,
    }))
    .toSorted((one, other) => other.requests - one.requests);
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [one]);
    } else {
      group.push(one);
    }
  }
  return groups;
}
