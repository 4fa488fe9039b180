import type { RequestPolicy } from '@reqrun/retry-policy';
import type { AttemptCause, AttemptRecord, RequestMode, RequestRecord } from '@reqrun/contracts';
import { DEFAULT_IDLE_TIMEOUT_MS, type OnLost } from '@reqrun/retry-policy';

import { type AttemptRow, toAttempt } from './attempt-row.js';
import { iso, type RecordColumns, toRecord } from './record-row.js';

/** A record as users of the dashboard see it. It has no field for a prompt or an answer. */
export interface AdminRecord extends RequestRecord {
  project_id: string;
  mode: RequestMode;
  /** API key of the request; its name is null when the key is deleted. */
  api_key: { id: string; name: string | null };
  round: number;
  payload_bytes: number;
  /** Time at which retention deleted payload and answer. */
  content_deleted_at: string | null;
  /** The policy. Times are in ms. */
  retry: {
    count: number;
    on_codes: number[];
    on_lost: OnLost;
    call_timeout_ms: number;
    deadline_ms: number;
    idle_timeout_ms: number;
    until_deadline: boolean;
    reattach: boolean;
  };
  /** Time from acceptance to the end of the latest round, in ms. */
  duration_ms: number | null;
  /** Time from acceptance to the first attempt, in ms. */
  waiting_ms: number | null;
}

/** An attempt with the fields of its timeline. */
export interface AdminAttempt extends AttemptRecord {
  round: number;
  duration_ms: number | null;
}

/** Row of the statements of `sql/admin-queries`. */
export interface AdminRow extends RecordColumns {
  project_id: string;
  mode: RequestMode;
  api_key_id: string;
  api_key_name: string | null;
  round: number;
  content_deleted_at: Date | null;
  payload_bytes: number;
  policy: RequestPolicy;
  duration_ms: number | null;
  waiting_ms: number | null;
}

/** Row of an attempt. */
export interface AdminAttemptRow extends AttemptRow {
  round: number;
  duration_ms: number | null;
}

/**
 * Converts a row to a record of the API.
 *
 * @param row the row
 */
export function toAdminRecord(row: AdminRow): AdminRecord {
  return {
    ...toRecord(row),
    project_id: row.project_id,
    mode: row.mode,
    api_key: { id: row.api_key_id, name: row.api_key_name },
    round: row.round,
    payload_bytes: row.payload_bytes,
    content_deleted_at: iso(row.content_deleted_at),
    retry: {
      count: row.policy.count,
      on_codes: [...row.policy.onCodes],
      on_lost: row.policy.onLost,
      call_timeout_ms: row.policy.callTimeoutMs,
      deadline_ms: row.policy.deadlineMs,
      idle_timeout_ms: row.policy.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      until_deadline: row.policy.untilDeadline ?? false,
      reattach: row.policy.reattach ?? false,
    },
    duration_ms: row.duration_ms,
    waiting_ms: row.waiting_ms,
  };
}

/**
 * Converts a row to an attempt of the API.
 *
 * @param row the row
 * @param because why it was made
 */
export function toAdminAttempt(row: AdminAttemptRow, because: AttemptCause): AdminAttempt {
  return { ...toAttempt(row, because), round: row.round, duration_ms: row.duration_ms };
}
