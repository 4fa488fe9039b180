/**
 * Writes the id of a response that runs in the background into its attempt. It does not ask who owns the request:
 * the response runs, and whoever owns the request needs its id, or must cancel it.
 * $1 request, $2 number of the attempt, $3 id of the response, $4 target of the call
 */
export const KEEP_RESPONSE = `
UPDATE attempts SET provider_response_id = $3::text, provider_target = $4::text
WHERE request_id = $1::uuid AND number = $2::int
RETURNING number`;

/** Time after which a cancellation whose end nobody has written is taken on again. */
const TRY_AGAIN = `interval '1 minute'`;

/** Age of an attempt from which on its response is not canceled any more: it has long ended. */
const TOO_OLD = `interval '1 day'`;

/**
 * Takes on responses that run at the provider although nothing waits for them: the call was given up, the request
 * has ended or begun anew, or another attempt has made a call of its own. One that the next attempt re-attaches to
 * is none of them, and one that an attempt has re-attached to is that attempt's own. Each is given to one worker at a
 * time. The partial index holds only attempts whose response may run.
 * $1 largest number of rows, $2 largest payload that is read along, in bytes
 */
export const TAKE_ABANDONED = `
WITH abandoned AS (
  SELECT a.request_id, a.number, EXISTS (
           SELECT FROM attempts l WHERE l.request_id = a.request_id AND l.number > a.number
             AND l.provider_response_id = a.provider_response_id
         ) AS handed_on
  FROM attempts a JOIN requests r ON r.id = a.request_id
  WHERE a.provider_target IS NOT NULL AND a.outcome <> 'running'
    AND (a.provider_cancel_at IS NULL OR a.provider_cancel_at < now() - ${TRY_AGAIN})
    AND (a.outcome NOT IN ('lost', 'released') OR a.round < r.round OR a.number < r.attempts
         OR r.status NOT IN ('retrying', 'processing'))
  LIMIT $1 FOR UPDATE OF a SKIP LOCKED
), taken AS (
  UPDATE attempts a SET
    provider_cancel_at = now(),
    provider_target = CASE WHEN NOT o.handed_on AND a.started_at > now() - ${TOO_OLD}
                           THEN a.provider_target END
  FROM abandoned o WHERE a.request_id = o.request_id AND a.number = o.number
  RETURNING a.request_id, a.number, a.provider_response_id, a.provider_target
)
SELECT t.request_id, t.number, t.provider_response_id, t.provider_target, r.project_id, r.mode,
       jsonb_path_query_array(r.policy, '$.plan[*].providerId') AS provider_ids,
       CASE WHEN octet_length(p.ciphertext) <= $2::int THEN p.ciphertext END AS ciphertext
FROM taken t JOIN requests r ON r.id = t.request_id LEFT JOIN payloads p ON p.request_id = r.id
WHERE t.provider_target IS NOT NULL`;

/** Forgets the target of a response that has been canceled, or that can't be. $1 request, $2 number */
export const SETTLE_RESPONSE = `
UPDATE attempts SET provider_target = NULL WHERE request_id = $1::uuid AND number = $2::int`;
