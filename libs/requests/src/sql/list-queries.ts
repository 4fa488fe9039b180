import { REQUEST_STATUSES, type RequestStatus } from '@reqrun/contracts';

import { SMALL_SET } from './admin-queries.js';
import { RECORD_COLUMNS } from './queries.js';

/** Statements of the lists that applications read. */

/**
 * Returns the statement of a page of records, newest first, by keyset pagination.
 *
 * @param conditions further conditions on `r`, over parameters from $4 on
 * @param set condition of a small set, which is read whole before the rest is looked at
 * @returns the statement: $1 project, $2 mode, $3 largest number of rows
 */
export const listRecords = (conditions: readonly string[], set?: string): string => `
SELECT ${RECORD_COLUMNS}
FROM ${set === undefined ? 'requests' : `(SELECT * FROM requests r WHERE ${set} OFFSET 0)`} r
WHERE r.project_id = $1::uuid AND r.mode = $2::request_mode${conditions.map((condition) => `\n  AND ${condition}`).join('')}
ORDER BY r.created_at DESC, r.id DESC LIMIT $3`;

/**
 * Returns a condition of {@link listRecords}. The status is a literal, because a partial index can't be used
 * with a parameter. Without the index, a status that no record has would scan a project's whole history.
 *
 * @param status a known status
 * @throws RangeError when it is not known
 */
export function hasStatus(status: RequestStatus): string {
  if (!REQUEST_STATUSES.includes(status)) {
    throw new RangeError('not a status');
  }
  return `r.status = '${status}'`;
}

/**
 * Returns a condition of {@link listRecords}. The index of keys serves it where the database sorts by bytes (`C`), as
 * the embedded one does.
 *
 * @param parameter the pattern of the keys
 */
export const hasKeyLike = (parameter: string): string =>
  `r.idempotency_key IS NOT NULL AND r.idempotency_key LIKE ${parameter}`;

/**
 * Returns a condition of {@link listRecords}.
 *
 * @param parameter the pairs as JSON
 */
export const hasMetadata = (parameter: string): string =>
  `r.metadata IS NOT NULL AND r.metadata @> ${parameter}::jsonb`;

/**
 * Tells whether few records have some pairs of metadata. PostgreSQL knows no frequencies of pairs: it would look for a rare one
 * by walking through the whole history, newest first. $1 the pairs as JSON
 */
export const IS_METADATA_RARE = `
SELECT count(*) <= ${SMALL_SET} AS is_rare FROM (
  SELECT FROM requests r WHERE ${hasMetadata('$1')} LIMIT ${SMALL_SET + 1}
) found`;
