import type {
  AttemptOutcome,
  AttemptRecord,
  DecisionAction,
  DecisionReason,
  DelaySource,
} from '@reqrun/contracts';

import { iso } from './record-row.js';

/** Row of an attempt. Its number is null where a record has no attempts. */
export interface AttemptRow {
  [column: string]: unknown;
  number: number | null;
  model: string;
  started_at: Date;
  ended_at: Date | null;
  outcome: AttemptOutcome;
  http_status: number | null;
  error_code: string | null;
  error_detail: string | null;
  provider_request_id: string | null;
  decision: DecisionAction | null;
  /** Written together with `decision`. */
  decision_reason: DecisionReason | null;
  delay_ms: number | null;
  delay_source: DelaySource | null;
}

/**
 * Converts a row to an attempt of the API.
 *
 * @param row the row
 */
export function toAttempt(row: AttemptRow): AttemptRecord {
  return {
    object: 'request.attempt',
    number: row.number ?? 0,
    model: row.model,
    started_at: row.started_at.toISOString(),
    ended_at: iso(row.ended_at),
    outcome: row.outcome,
    http_status: row.http_status,
    error_code: row.error_code,
    error_detail: row.error_detail,
    provider_request_id: row.provider_request_id,
    decision:
      row.decision === null || row.decision_reason === null
        ? null
        : {
            action: row.decision,
            reason: row.decision_reason,
            delay_ms: row.delay_ms,
            delay_source: row.delay_source,
          },
  };
}
