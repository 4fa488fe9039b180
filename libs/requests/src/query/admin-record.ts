import {
  type AttemptOutcome,
  type AttemptRecord,
  describeErrorCode,
  requestIdFromUuid,
  type RequestMode,
  type RequestRecord,
  type RequestStatus,
} from '@reqrun/contracts';
import type { OnLost } from '@reqrun/retry-policy';

/** A record as the people who run ReqRun see it. There is no place in it for a prompt or an answer. */
export interface AdminRecord extends RequestRecord {
  project_id: string;
  mode: RequestMode;
  /** The key it came with; no name when that key is gone. */
  api_key: { id: string; name: string | null };
  round: number;
  payload_bytes: number;
  /** When retention deleted payload and answer. */
  content_deleted_at: string | null;
  /** How it is run. Times in ms. */
  retry: {
    count: number;
    on_codes: number[];
    on_lost: OnLost;
    call_timeout_ms: number;
    deadline_ms: number;
  };
  /** From acceptance to the end of the latest round. */
  duration_ms: number | null;
  /** From acceptance to the first attempt. */
  waiting_ms: number | null;
}

/** An attempt with what its timeline needs. */
export interface AdminAttempt extends AttemptRecord {
  round: number;
  duration_ms: number | null;
}

/** A row as the statements of `sql/admin-queries` read it. */
export interface AdminRow {
  [column: string]: unknown;
  id: string;
  project_id: string;
  mode: RequestMode;
  api_key_id: string;
  api_key_name: string | null;
  endpoint: string;
  status: RequestStatus;
  attempts: number;
  round: number;
  model: string;
  requested_model: string;
  idempotency_key: string | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  next_attempt_at: Date | null;
  deadline_at: Date;
  error_code: string | null;
  error_http_status: number | null;
  last_error_code: string | null;
  usage: Record<string, unknown> | null;
  metadata: Record<string, string> | null;
  content_deleted_at: Date | null;
  payload_bytes: number;
  retry_count: number;
  retry_on_codes: number[] | null;
  on_lost: OnLost;
  call_timeout_ms: number;
  deadline_ms: number;
  duration_ms: number | null;
  waiting_ms: number | null;
  overdue: boolean;
}

/** A row of an attempt; without a number there is none. */
export interface AdminAttemptRow {
  [column: string]: unknown;
  number: number | null;
  round: number;
  model: string;
  started_at: Date;
  ended_at: Date | null;
  outcome: AttemptOutcome;
  http_status: number | null;
  error_code: string | null;
  provider_request_id: string | null;
  decision: 'succeed' | 'retry' | 'fallback' | 'fail' | 'cancel' | null;
  decision_reason: string | null;
  delay_ms: number | null;
  delay_source: string | null;
  duration_ms: number | null;
}

/** A row as the wire shows it. */
export function toAdminRecord(row: AdminRow): AdminRecord {
  return {
    id: requestIdFromUuid(row.id),
    object: 'request',
    project_id: row.project_id,
    mode: row.mode,
    api_key: { id: row.api_key_id, name: row.api_key_name },
    endpoint: `/v1${row.endpoint}`,
    status: row.status,
    attempts: row.attempts,
    round: row.round,
    model: row.model,
    requested_model: row.requested_model,
    idempotency_key: row.idempotency_key,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
    next_attempt_at: iso(row.next_attempt_at),
    deadline_at: row.deadline_at.toISOString(),
    error: errorOf(row),
    last_error_code: row.last_error_code,
    usage: row.usage,
    metadata: row.metadata,
    payload_bytes: row.payload_bytes,
    content_deleted_at: iso(row.content_deleted_at),
    retry: {
      count: row.retry_count,
      on_codes: row.retry_on_codes ?? [],
      on_lost: row.on_lost,
      call_timeout_ms: row.call_timeout_ms,
      deadline_ms: row.deadline_ms,
    },
    duration_ms: row.duration_ms,
    waiting_ms: row.waiting_ms,
  };
}

/** An attempt as the wire shows it. */
export function toAdminAttempt(row: AdminAttemptRow): AdminAttempt {
  return {
    object: 'request.attempt',
    number: row.number ?? 0,
    round: row.round,
    model: row.model,
    started_at: row.started_at.toISOString(),
    ended_at: iso(row.ended_at),
    duration_ms: row.duration_ms,
    outcome: row.outcome,
    http_status: row.http_status,
    error_code: row.error_code,
    provider_request_id: row.provider_request_id,
    decision:
      row.decision === null
        ? null
        : {
            action: row.decision,
            reason: row.decision_reason ?? row.decision,
            delay_ms: row.delay_ms,
            delay_source: row.delay_source,
          },
  };
}

function errorOf(row: AdminRow): RequestRecord['error'] {
  if (row.error_code === null) {
    return null;
  }
  const { type, message } = describeErrorCode(row.error_code, row.error_http_status);
  return { code: row.error_code, type, message, http_status: row.error_http_status };
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
