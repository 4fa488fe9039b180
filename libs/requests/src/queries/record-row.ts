import {
  describeErrorCode,
  requestIdFromUuid,
  type RequestRecord,
  type RequestStatus,
} from '@reqrun/contracts';

/** Fields of a record that the answer to its caller is built from. */
export type AnsweredRecord = Pick<RequestRecord, 'id' | 'status' | 'attempts' | 'error'>;

/** Columns of a record's status. */
interface StandingColumns {
  [column: string]: unknown;
  id: string;
  status: RequestStatus;
  attempts: number;
  error_code: string | null;
  error_http_status: number | null;
}

/** Row with the columns that an answer is built from. */
export interface AnsweredRow extends StandingColumns {
  content_deleted: boolean;
}

/** Columns of a record that callers and users see. */
export interface RecordColumns extends StandingColumns {
  endpoint: string;
  model: string;
  requested_model: string;
  idempotency_key: string | null;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  next_attempt_at: Date | null;
  deadline_at: Date;
  until_deadline: boolean;
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
    requested_model: row.requested_model,
    idempotency_key: row.idempotency_key,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    started_at: iso(row.started_at),
    completed_at: iso(row.completed_at),
    next_attempt_at: iso(row.next_attempt_at),
    deadline_at: row.deadline_at.toISOString(),
    retry_until_deadline: row.until_deadline,
    failing_since: iso(row.failing_since),
    last_error_code: row.last_error_code,
    usage: row.usage,
    metadata: row.metadata,
  };
}

function toError(row: StandingColumns): RequestRecord['error'] {
  if (row.error_code === null) {
    return null;
  }
  const { type, message } = describeErrorCode(row.error_code, row.error_http_status);
  return { code: row.error_code, type, message, http_status: row.error_http_status };
}

/**
 * Converts a time to the format of the API.
 *
 * @param date the time
 */
export const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
