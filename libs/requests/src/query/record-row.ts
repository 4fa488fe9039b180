import {
  describeErrorCode,
  requestIdFromUuid,
  type RequestRecord,
  type RequestStatus,
} from '@reqrun/contracts';

/** A record as the statements of `sql/queries` read it. */
export interface RecordRow {
  [column: string]: unknown;
  id: string;
  endpoint: string;
  status: RequestStatus;
  attempts: number;
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
  content_deleted: boolean;
  overdue: boolean;
}

/**
 * A row as the wire shows it, less its result.
 *
 * @param row what was read
 */
export function toRecord(row: RecordRow): RequestRecord {
  return {
    id: requestIdFromUuid(row.id),
    object: 'request',
    endpoint: `/v1${row.endpoint}`,
    status: row.status,
    attempts: row.attempts,
    model: row.model,
    requested_model: row.requested_model,
    idempotency_key: row.idempotency_key,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
    next_attempt_at: iso(row.next_attempt_at),
    deadline_at: row.deadline_at.toISOString(),
    error: toError(row),
    last_error_code: row.last_error_code,
    usage: row.usage,
    metadata: row.metadata,
  };
}

function toError(row: RecordRow): RequestRecord['error'] {
  if (row.error_code === null) {
    return null;
  }
  const { type, message } = describeErrorCode(row.error_code, row.error_http_status);
  return { code: row.error_code, type, message, http_status: row.error_http_status };
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
