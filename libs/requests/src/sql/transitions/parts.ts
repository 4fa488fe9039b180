/** Waiting states, as a list for SQL. It matches the partial index on due requests. */
export const WAITING = `('queued', 'retrying')`;

/**
 * Returns the expression for the policy of a row. The previous version stored it only in columns.
 *
 * @param row name of the row of requests
 */
export const POLICY = (row: string): string => `coalesce(${row}.policy, jsonb_build_object(
         'count', ${row}.retry_count, 'onCodes', to_jsonb(coalesce(${row}.retry_on_codes, '{}')),
         'onLost', ${row}.on_lost, 'callTimeoutMs', ${row}.call_timeout_ms,
         'deadlineMs', ${row}.deadline_ms))`;

/**
 * Returns the expression for the model that the first provider of a request is asked for: without the prefix that
 * names the provider, where there is one.
 *
 * @param row name of a row with a policy
 * @param name column with the model as the caller has written it
 */
export const FIRST_MODEL = (row: string, name: string): string =>
  `coalesce(${row}.policy #>> '{plan,0,model}', ${row}.${name})`;

/** Assignments with which a record leaves `processing`, besides status and error. */
export const LEAVE_PROCESSING = `fence = r.fence + 1, lease_owner = NULL, lease_expires_at = NULL, updated_at = now()`;

/**
 * Returns the condition that the latest attempt of a record has a response that may run on at the provider: the
 * next attempt re-attaches to it, and calls nothing anew. Records without re-attachment read nothing for it.
 *
 * @param row name of the row of requests
 */
export const RUNS_ON = (
  row: string,
): string => `(CASE WHEN (${row}.policy->'reattach')::boolean THEN EXISTS (
      SELECT FROM attempts o WHERE o.request_id = ${row}.id AND o.number = ${row}.attempts
        AND o.provider_target IS NOT NULL) ELSE false END)`;

/** Columns of an updated row that {@link OUTBOX} needs. Short: every transition returns them. */
export const FOR_OUTBOX = `r.project_id, r.mode, r.round,
            (r.policy->'outbox')::boolean AS has_outbox`;

/**
 * Writes the ends of requests into the outbox, in the statement that ends them: no way to an end can forget it.
 * Only requests whose policy says so are written. The statement's CTE `updated` has the rows, with their new
 * status and the columns of {@link FOR_OUTBOX}.
 */
export const OUTBOX = `announced AS (
  INSERT INTO request_outbox (request_id, project_id, mode, round, status)
  SELECT u.id, u.project_id, u.mode, u.round, u.status
  FROM updated u WHERE u.has_outbox AND u.status IN ('completed', 'failed', 'canceled')
)`;

/**
 * Condition that the statement sees the attempt of a row that is processing. A statement that has waited for
 * a claim to commit sees the claimed row, because PostgreSQL reads that again, but not the attempt that was
 * inserted with it. It would end the record and leave the attempt running for ever.
 */
export const SEES_ATTEMPT = `(r.status <> 'processing' OR EXISTS (
    SELECT FROM attempts s WHERE s.request_id = r.id AND s.number = r.attempts))`;
