import type {
  AttemptCause,
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
  round: number;
  model: string;
  provider: string | null;
  started_at: Date;
  ended_at: Date | null;
  outcome: AttemptOutcome;
  http_status: number | null;
  error_code: string | null;
  error_detail: string | null;
  provider_request_id: string | null;
  provider_response_id: string | null;
  first_frame_at: Date | null;
  frames: number | null;
  decision: DecisionAction | null;
  /** Written together with `decision`. */
  decision_reason: DecisionReason | null;
  delay_ms: number | null;
  delay_source: DelaySource | null;
}

/**
 * Converts the rows of a record to attempts of the API. A record without attempts has one row, without a number.
 *
 * @param rows all of a record, oldest first
 * @param convert converts a row and its cause
 */
export function toAttempts<Row extends AttemptRow, Attempt>(
  rows: readonly Row[],
  convert: (row: Row, because: AttemptCause) => Attempt,
): Attempt[] {
  return rows
    .filter(({ number }) => number !== null)
    .map((row, index, all) => convert(row, causeOf(row, all[index - 1])));
}

/** Why an attempt was made follows from the one before. */
function causeOf(row: AttemptRow, before: AttemptRow | undefined): AttemptCause {
  if (before === undefined) {
    return 'first';
  }
  if (before.round !== row.round) {
    return 'again';
  }
  if (before.outcome === 'lost' || before.outcome === 'released') {
    return before.outcome;
  }
  // Beside a fallback after an answer, requests go on with another model while calls to one are paused.
  return before.decision === 'fallback' || before.model !== row.model ? 'fallback' : 'retry';
}

/**
 * Converts a row to an attempt of the API.
 *
 * @param row the row
 * @param because why it was made
 */
export function toAttempt(row: AttemptRow, because: AttemptCause): AttemptRecord {
  return {
    object: 'request.attempt',
    number: row.number ?? 0,
    model: row.model,
    provider: row.provider,
    because,
    started_at: row.started_at.toISOString(),
    ended_at: iso(row.ended_at),
    outcome: row.outcome,
    http_status: row.http_status,
    error_code: row.error_code,
    error_detail: row.error_detail,
    provider_request_id: row.provider_request_id,
    provider_response_id: row.provider_response_id,
    first_frame_at: iso(row.first_frame_at),
    frames: row.frames,
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
