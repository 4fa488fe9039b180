import { randomBytes } from 'node:crypto';

import type { AttemptOutcome, RequestStatus } from '@reqrun/contracts';

/** A row of `requests`, without the columns that no test reads. */
export interface RequestRow {
  [column: string]: unknown;
  id: string;
  project_id: string;
  status: RequestStatus;
  round: number;
  attempts: number;
  retries_used: number;
  losses: number;
  fence: number;
  call_number: number;
  repeats_call: boolean;
  due_at: Date;
  lease_owner: string | null;
  lease_expires_at: Date | null;
  deadline_at: Date;
  created_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  error_code: string | null;
  error_http_status: number | null;
  last_error_code: string | null;
  usage: Record<string, unknown> | null;
  content_deleted_at: Date | null;
  cache_key: Buffer | null;
  follows: string | null;
  cached_from: string | null;
  cached_at: Date | null;
}

/** A row of `attempts`. */
export interface AttemptRow {
  [column: string]: unknown;
  number: number;
  round: number;
  call_number: number;
  worker_id: string;
  outcome: AttemptOutcome;
  ended_at: Date | null;
  http_status: number | null;
  error_code: string | null;
  error_detail: string | null;
  decision: string | null;
  decision_reason: string | null;
  delay_ms: number | null;
}

/**
 * Returns a time-ordered UUID (RFC 9562, version 7), as requests have it.
 *
 * @param unixMs its time, in Unix ms
 */
export function requestUuid(unixMs: number = Date.now()): string {
  const hex = unixMs.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
