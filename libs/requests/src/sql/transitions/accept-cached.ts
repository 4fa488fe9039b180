import { INPUT_COLUMNS, RECORD_FIELDS, RECORD_VALUES } from './accept.js';
import { CACHE_ENTRY, LEADS } from './cache-parts.js';
import { FOR_OUTBOX, OUTBOX } from './parts.js';

/**
 * The keys of a group are locked first, in a statement of its own: the next one then sees whatever another
 * holder of a lock has committed. The order of the keys must be the same in every process. $1 keys, as numbers
 */
export const LOCK_CACHE_KEYS = `SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS key`;

/**
 * Begins a transaction and locks its keys, in one round trip.
 *
 * @param keys the keys, in their order: numbers of ours, never text from outside
 */
export const beginWithCacheKeys = (keys: readonly bigint[]): string =>
  `BEGIN; SELECT pg_advisory_xact_lock(key) FROM unnest('{${keys.join(',')}}'::bigint[]) AS key`;

/**
 * Accepts those requests of a group whose answer is in the cache: each is a completed record without a
 * payload and without attempts. The others are omitted from the answer, as are those whose idempotency key
 * already exists. $1 to $10 as ACCEPT, $11 numbers of SDK retries or null, $12 cache keys (hex), $13 oldest ages (s)
 */
export const ACCEPT_HITS = `
WITH input AS (
  SELECT${INPUT_COLUMNS},
         unnest($11::smallint[]) AS sdk_retry, decode(unnest($12::text[]), 'hex') AS cache_key,
         unnest($13::int[]) AS ttl
), found AS (
  SELECT i.*, e.request_id AS source_id, e.created_at AS entry_at, e.provider AS source_provider
  FROM input i CROSS JOIN LATERAL (${CACHE_ENTRY('i')}) AS e
), updated AS (
  INSERT INTO requests AS r (${RECORD_FIELDS}, status, payload_bytes, due_at, completed_at,
    cached_from, cached_at, provider
  )
  SELECT${RECORD_VALUES('found')}, 'completed', 0, now(), now(), source_id, entry_at, source_provider
  FROM found ON CONFLICT DO NOTHING
  RETURNING r.id, r.status, r.created_at, r.cached_at, ${FOR_OUTBOX}
), ${OUTBOX}
SELECT id, status, created_at, false AS follows,
       floor(extract(epoch FROM now() - cached_at))::int AS cache_age FROM updated`;

/** Deadline of a record that is being accepted. */
const DEADLINE = (policy: string): string =>
  `now() + (${policy}->'deadlineMs')::bigint * interval '1 millisecond'`;

/**
 * ACCEPT for requests under the cache, whose keys are locked. A request whose answer is there completes at
 * once. One whose like is under way follows it: it waits until SETTLE_FOLLOWERS gives it the answer, and is
 * due by itself when the other's deadline, or its own, has passed. Any other one is due now and leads.
 *
 * A request whose idempotency key already exists leads nobody: it is not written.
 * $1 to $14 as ACCEPT, $15 cache keys (hex), $16 oldest ages (s)
 */
export const ACCEPT_CACHED = `
WITH input AS (
  SELECT${INPUT_COLUMNS},
         unnest($11::int[]) AS payload_at, unnest($12::int[]) AS payload_bytes,
         unnest($14::smallint[]) AS sdk_retry, decode(unnest($15::text[]), 'hex') AS cache_key, unnest($16::int[]) AS ttl
), placed AS (
  SELECT i.*, e.request_id AS source_id, e.created_at AS entry_at, e.provider AS source_provider, l.id AS leader_id,
         l.deadline_at AS leader_deadline,
         first_value(i.id) OVER alike AS first_id, first_value(i.policy) OVER alike AS first_policy
  FROM input i
  LEFT JOIN LATERAL (${CACHE_ENTRY('i')}) AS e ON true
  LEFT JOIN LATERAL (
    SELECT r.id, r.deadline_at FROM requests r
    WHERE r.cache_key = i.cache_key AND ${LEADS('r')} ORDER BY r.created_at LIMIT 1
  ) AS l ON e.request_id IS NULL
  WHERE i.idempotency_key IS NULL OR NOT EXISTS (
    SELECT FROM requests r WHERE r.project_id = i.project_id AND r.mode = i.mode
      AND r.idempotency_key = i.idempotency_key)
  WINDOW alike AS (PARTITION BY i.cache_key, e.request_id IS NULL ORDER BY i.payload_at)
), led AS (
  SELECT p.*, CASE WHEN source_id IS NULL AND coalesce(leader_id, first_id) <> id
                   THEN coalesce(leader_id, first_id) END AS follows,
         coalesce(leader_deadline, ${DEADLINE('first_policy')}) AS due_by
  FROM placed p
), updated AS (
  INSERT INTO requests AS r (${RECORD_FIELDS}, status, payload_bytes, due_at, completed_at,
    cache_key, follows, cached_from, cached_at, provider
  )
  SELECT${RECORD_VALUES('led')},
         (CASE WHEN source_id IS NULL THEN 'queued' ELSE 'completed' END)::request_status,
         CASE WHEN source_id IS NULL THEN payload_bytes ELSE 0 END,
         CASE WHEN follows IS NULL THEN now() ELSE least(due_by, ${DEADLINE('policy')}) END,
         CASE WHEN source_id IS NOT NULL THEN now() END,
         CASE WHEN source_id IS NULL THEN cache_key END, follows, source_id, entry_at, source_provider
  -- In the order of the input, as every group that locks keys.
  FROM led ORDER BY payload_at ON CONFLICT DO NOTHING
  RETURNING r.id, r.status, r.created_at, r.follows, r.cached_from, r.cached_at, ${FOR_OUTBOX}
), stored AS (
  INSERT INTO payloads (request_id, ciphertext)
  SELECT i.id, substring($13::bytea FROM i.payload_at FOR i.payload_bytes)
  FROM input i JOIN updated u USING (id) WHERE u.status = 'queued'
), ${OUTBOX}
SELECT id, status, created_at, follows IS NOT NULL AS follows,
       CASE WHEN cached_from IS NOT NULL
            THEN floor(extract(epoch FROM now() - cached_at))::int END AS cache_age FROM updated`;
