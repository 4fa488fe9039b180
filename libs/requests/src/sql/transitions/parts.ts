/** Open states, as a list for SQL. It matches the partial index on what is due. */
export const WAITING = `('queued', 'retrying')`;

/** The columns that end a round, besides status and error. */
export const LEAVE_PROCESSING = `fence = r.fence + 1, lease_owner = NULL, lease_expires_at = NULL, updated_at = now()`;

/**
 * Whether the statement can see the attempt of a row that is processing. A statement that has waited
 * for a claim to commit sees the claim's row, for PostgreSQL looks at that again, but not the attempt
 * that came with it, so it would end the one and leave the other running for ever.
 */
export const SEES_ATTEMPT = `(r.status <> 'processing' OR EXISTS (
    SELECT FROM attempts s WHERE s.request_id = r.id AND s.number = r.attempts))`;
