import { CACHE_ENTRY, CACHE_TTL, FOLLOWS, LEADS } from './cache-parts.js';
import { FOR_OUTBOX, LEAVE_PROCESSING, OUTBOX } from './parts.js';

/** Most keys that one round settles. */
const MOST_KEYS = 256;

/**
 * Keys with followers that need not wait any longer: there is an answer, or nobody runs for them. The index is
 * read from one key to the next, so that many followers of one leader cost no more than one.
 */
export const FIND_SETTLED_KEYS = `
WITH RECURSIVE keys AS (
  (SELECT cache_key FROM requests WHERE follows IS NOT NULL AND status = 'queued'
   ORDER BY cache_key LIMIT 1)
  UNION ALL
  SELECT (SELECT r.cache_key FROM requests r
          WHERE r.follows IS NOT NULL AND r.status = 'queued' AND r.cache_key > k.cache_key
          ORDER BY r.cache_key LIMIT 1)
  FROM keys k WHERE k.cache_key IS NOT NULL
)
SELECT encode(k.cache_key, 'hex') AS key FROM keys k
WHERE k.cache_key IS NOT NULL
  AND EXISTS (SELECT FROM requests r WHERE r.cache_key = k.cache_key AND ${FOLLOWS('r')})
  AND (EXISTS (SELECT FROM cache_entries c WHERE c.key = k.cache_key AND c.expires_at > now())
       OR NOT EXISTS (SELECT FROM requests r WHERE r.cache_key = k.cache_key AND ${LEADS('r')}))
LIMIT ${MOST_KEYS}`;

/**
 * Condition of a request whose like have failed, or had answers that are not kept, twice in a row: its leader
 * had waited itself. Then nothing speaks for more waiting in line, and all run at once, as without a cache.
 */
const IN_VAIN = (leader: string): string =>
  `coalesce(${leader}.follows IS NOT NULL AND ${leader}.status IN ('completed', 'failed'), false)`;

/**
 * Ends the wait of followers whose keys are locked. Those whose answer is in the cache complete with it. Where
 * nobody runs for the others, the oldest becomes the leader and they follow it; all run where two leaders in
 * a row have left no answer.
 *
 * $1 keys (hex), $2 largest number of followers
 */
export const SETTLE_FOLLOWERS = `
WITH waiting AS (
  SELECT r.id, r.project_id, r.mode, r.cache_key, r.created_at, r.deadline_at, r.follows,
         ${CACHE_TTL('r.policy')} AS ttl
  FROM requests r
  WHERE r.cache_key = ANY (ARRAY(SELECT decode(key, 'hex') FROM unnest($1::text[]) AS key))
    AND ${FOLLOWS('r')} AND r.deadline_at > now()
  ORDER BY r.cache_key, r.created_at LIMIT $2 FOR UPDATE SKIP LOCKED
), answered AS (
  SELECT w.id, e.request_id, e.created_at, e.provider
  FROM waiting w CROSS JOIN LATERAL (${CACHE_ENTRY('w')}) AS e
), updated AS (
  UPDATE requests r SET
    status = 'completed', ${LEAVE_PROCESSING}, completed_at = now(), due_at = now(),
    cached_from = a.request_id, cached_at = a.created_at, provider = a.provider
  FROM answered a WHERE r.id = a.id AND r.status = 'queued'
  RETURNING r.id, r.status, ${FOR_OUTBOX}
), turns AS (
  SELECT w.id, w.cache_key, w.deadline_at, ${IN_VAIN('l')} AS in_vain,
         row_number() OVER (PARTITION BY w.cache_key ORDER BY w.created_at, w.id) AS turn
  FROM waiting w LEFT JOIN requests l ON l.id = w.follows
  WHERE NOT EXISTS (SELECT FROM answered a WHERE a.id = w.id)
    AND NOT EXISTS (SELECT FROM requests r WHERE r.cache_key = w.cache_key AND ${LEADS('r')})
), led AS (
  UPDATE requests r SET
    follows = CASE WHEN t.turn = 1 OR t.in_vain THEN r.id ELSE f.id END,
    due_at = CASE WHEN t.turn = 1 OR t.in_vain THEN now()
                  ELSE least(f.deadline_at, r.deadline_at) END,
    updated_at = now()
  FROM turns t JOIN turns f ON f.cache_key = t.cache_key AND f.turn = 1
  WHERE r.id = t.id AND r.status = 'queued'
  RETURNING r.id, r.follows
), ${OUTBOX}
SELECT id, true AS completed FROM updated
UNION ALL
SELECT id, false FROM led WHERE follows = id`;
