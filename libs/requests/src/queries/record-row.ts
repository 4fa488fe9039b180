import {
  describeErrorCode,
  requestIdFromUuid,
  type RequestRecord,
  type RequestStatus,
  type LaneWait,
  type WaitingReason,
} from '@reqrun/contracts';
import {
  type CachePolicy,
  DEFAULT_IDLE_TIMEOUT_MS,
  type RequestPolicy,
} from '@reqrun/retry-policy';

import type { AnsweredBy } from '../lifecycle/dispatch.js';

/** Fields of a record that the answer to its caller is built from. */
export type AnsweredRecord = Pick<RequestRecord, 'id' | 'status' | 'attempts' | 'error'>;

/** The last error of a model of a plan. */
interface ModelFailure {
  model: string;
  provider: string | null;
  code: string | null;
}

/** Columns of a record's status. */
interface StandingColumns {
  [column: string]: unknown;
  id: string;
  status: RequestStatus;
  attempts: number;
  error_code: string | null;
  error_http_status: number | null;
  answered_model: string;
  provider: string | null;
  plan_at: number;
  /** Models that failed before the last one, in their order; null unless the request failed after a fallback. */
  failed_before: ModelFailure[] | null;
  /** Reason why it waited until its deadline had passed; null where it did not wait for its provider. */
  waited_for: LaneWait | null;
}

/** Columns that say whether an answer came from the cache. */
export interface CachedColumns {
  /** UUID of the request whose answer it is. */
  cached_from: string | null;
  /** Age of the answer, in s. */
  cache_age: number | null;
}

/** Row with the columns that an answer is built from. */
export interface AnsweredRow extends StandingColumns, CachedColumns {
  content_deleted: boolean;
}

/** Columns of a record that callers and users see. */
export interface RecordColumns extends StandingColumns, CachedColumns {
  endpoint: string;
  model: string;
  policy: RequestPolicy;
  requested_model: string;
  idempotency_key: string | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  next_attempt_at: Date | null;
  cache: CachePolicy | null;
  waiting_reason: WaitingReason | null;
  /** Error code of the provider that it waits for, or `by_hand`. */
  waiting_code: string | null;
  /** Estimate of its next attempt, where it waits for its provider; absent in lists. */
  next_in_lane?: Date | null;
  deadline_at: Date;
  until_deadline: boolean;
  stream: number;
  failing_since: Date | null;
  last_error_code: string | null;
  usage: Record<string, unknown> | null;
  metadata: Record<string, string> | null;
  overdue: boolean;
}

/** Row of the statements of `sql/queries`. */
export interface RecordRow extends RecordColumns {
  content_deleted: boolean;
}

/** Modes of streams, by the number that the column has. */
const STREAM_MODES: readonly RequestRecord['stream'][] = [null, 'live', 'buffered'];

/**
 * Converts a row to the fields that an answer is built from.
 *
 * @param row the row
 */
export function toAnsweredRecord(row: StandingColumns): AnsweredRecord {
  return {
    id: requestIdFromUuid(row.id),
    status: row.status,
    attempts: row.attempts,
    error: toError(row),
  };
}

/**
 * Converts a row to where its latest answer comes from.
 *
 * @param row the row
 */
export function toAnsweredBy(row: StandingColumns): AnsweredBy {
  return { model: row.answered_model, provider: row.provider, fallback: row.plan_at };
}

/**
 * Converts a row to a record of the API, without its result.
 *
 * @param row the row
 */
export function toRecord(row: RecordColumns): RequestRecord {
  return {
    ...toAnsweredRecord(row),
    object: 'request',
    endpoint: `/v1${row.endpoint}`,
    model: row.model,
    provider: row.provider,
    requested_model: row.requested_model,
    idempotency_key: row.idempotency_key,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
    ...toNextAttempt(row),
    waiting_reason: row.waiting_reason,
    waiting_code: row.waiting_code,
    deadline_at: row.deadline_at.toISOString(),
    policy: toPolicy(row.policy),
    retry_until_deadline: row.until_deadline,
    failing_since: iso(row.failing_since),
    stream: STREAM_MODES[row.stream] ?? null,
    last_error_code: row.last_error_code,
    cache: row.cache,
    cached_from: row.cached_from === null ? null : requestIdFromUuid(row.cached_from),
    usage: row.usage,
    metadata: row.metadata,
  };
}

/** When it is tried next: at a time that is set, or as far as can be said of one that waits for its provider. */
function toNextAttempt({
  waiting_reason: reason,
  next_attempt_at: setAt,
  next_in_lane: estimate,
}: RecordColumns): Pick<RequestRecord, 'next_attempt_at' | 'next_attempt_is_estimate'> {
  const waitsForLane = reason === 'rate_limited' || reason === 'circuit_open';
  return waitsForLane && estimate !== undefined
    ? { next_attempt_at: iso(estimate), next_attempt_is_estimate: estimate !== null }
    : { next_attempt_at: iso(setAt), next_attempt_is_estimate: false };
}

function toError(row: StandingColumns): RequestRecord['error'] {
  if (row.error_code === null) {
    return null;
  }
  const { type, message } = describeErrorCode(row.error_code, row.error_http_status);
  const told = [
    ...(row.failed_before === null ? [] : [tellFailures(row.failed_before)]),
    ...(row.waited_for === null ? [] : [WAITED[row.waited_for]]),
  ];
  return {
    code: row.error_code,
    type,
    message: [message, ...told].join(' '),
    http_status: row.error_http_status,
    ...(row.waited_for !== null && { because: row.waited_for }),
  };
}

/** Sentences on what a request was waiting for when its deadline passed. */
const WAITED: Readonly<Record<LaneWait, string>> = {
  circuit_open: 'Until then, calls to its provider were paused.',
  rate_limited: 'Until then, it waited for a limit of its provider.',
};

/** Names the models that failed before. Their names are the caller's, their codes ours. */
function tellFailures(failed: readonly ModelFailure[]): string {
  const each = failed.map(({ model, provider, code }) => {
    const at = provider === null ? '' : ` at ${provider}`;
    return `${model}${at} (${code ?? 'unknown'})`;
  });
  return `Failed before it: ${each.join(', ')}.`;
}

function toPolicy(policy: RequestPolicy): RequestRecord['policy'] {
  return {
    retry: {
      count: policy.count,
      on_codes: [...policy.onCodes],
      until_deadline: policy.untilDeadline ?? false,
    },
    timeout: {
      call_timeout: policy.callTimeoutMs,
      deadline: policy.deadlineMs,
      idle: policy.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      ttft: policy.ttftTimeoutMs ?? policy.callTimeoutMs,
    },
    on_lost: policy.onLost,
    fallbacks: (policy.plan ?? [])
      .slice(1)
      .map(({ name, provider }) => ({ model: name, provider })),
  };
}

/**
 * Converts a time to the format of the API.
 *
 * @param date the time
 */
export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
