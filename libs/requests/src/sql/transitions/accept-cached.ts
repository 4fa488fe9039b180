import { FIRST_CLAIM, INPUT_COLUMNS, RECORD_FIELDS, RECORD_VALUES } from './accept.js';
import { CACHE_ENTRY } from './cache-parts.js';
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

/** Age of an answer, in s. The answer may have come after the statement began, which then waited for a lock. */
const AGE = 'greatest(0, floor(extract(epoch FROM now() - cached_at)))::int';

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
SELECT id, status, created_at, false AS follows, ${AGE} AS cache_age FROM updated`;

/** Deadline of a record that is being accepted. */
const DEADLINE = (policy: string): string =>
  `now() + (${policy}->'deadlineMs')::bigint * interval '1 millisecond'`;

/** Differences between ACCEPT_CACHED and ACCEPT_AND_CLAIM_CACHED. */
interface CachedVariant {
  /** State of a request that leads. */
  status: 'queued' | 'processing';
  /** Columns that a claim writes, with their values. */
  columns: string;
  values: string;
  /** Writes into other tables. */
  writes: string;
}

/**
 * ACCEPT for requests under the cache. It locks their keys, and then looks for what is identical. A request whose
 * answer is there completes at once. One whose like is under way follows it: it waits until SETTLE_FOLLOWERS gives it
 * the answer, and is due by itself when the other's deadline, or its own, has passed. Any other one leads.
 *
 * A request whose idempotency key already exists leads nobody: it is not written.
 * $1 to $14 as ACCEPT, $15 cache keys (hex), $16 oldest ages (s), $17 locks of the keys, in their order
 */
const acceptCached = ({ status, columns, values, writes }: CachedVariant): string => `
WITH input AS (
  SELECT${INPUT_COLUMNS},
         unnest($11::int[]) AS payload_at, unnest($12::int[]) AS payload_bytes,
         unnest($14::smallint[]) AS sdk_retry, decode(unnest($15::text[]), 'hex') AS cache_key
), placed AS (
  SELECT i.*, p.source_id, p.entry_at, p.source_provider, p.leader_id, p.leader_deadline,
         first_value(i.id) OVER alike AS first_id, first_value(i.policy) OVER alike AS first_policy
  FROM input i
  JOIN find_identical($1::uuid[], $2::uuid[], $4::request_mode[], $7::text[],
                      $15::text[], $16::int[], $17::bigint[]) AS p USING (id)
  WHERE NOT p.is_key_used
  WINDOW alike AS (PARTITION BY i.cache_key, p.source_id IS NULL ORDER BY i.payload_at)
), led AS (
  SELECT p.*, CASE WHEN source_id IS NULL AND coalesce(leader_id, first_id) <> id
                   THEN coalesce(leader_id, first_id) END AS follows,
         coalesce(leader_deadline, ${DEADLINE('first_policy')}) AS due_by
  FROM placed p
), told AS (
  SELECT l.*, source_id IS NULL AND follows IS NULL AS leads FROM led l
), updated AS (
  INSERT INTO requests AS r (${RECORD_FIELDS}, status, payload_bytes, due_at, completed_at,
    cache_key, follows, cached_from, cached_at, provider${columns}
  )
  SELECT${RECORD_VALUES('told')},
         (CASE WHEN source_id IS NOT NULL THEN 'completed' WHEN leads THEN '${status}' ELSE 'queued' END)::request_status,
         CASE WHEN source_id IS NULL THEN payload_bytes ELSE 0 END,
         CASE WHEN follows IS NULL THEN now() ELSE least(due_by, ${DEADLINE('policy')}) END,
         CASE WHEN source_id IS NOT NULL THEN now() END,
         CASE WHEN source_id IS NULL THEN cache_key END, follows, source_id, entry_at, source_provider${values}
  -- In the order of the input, as every group that locks rows, and with all that is found before any is written.
  FROM told ORDER BY payload_at ON CONFLICT DO NOTHING
  RETURNING r.id, r.status, r.model, r.created_at, r.follows, r.cached_from, r.cached_at, ${FOR_OUTBOX}
), stored AS (
  INSERT INTO payloads (request_id, ciphertext)
  SELECT i.id, substring($13::bytea FROM i.payload_at FOR i.payload_bytes)
  FROM input i JOIN updated u USING (id) WHERE u.status <> 'completed'
)${writes}, ${OUTBOX}
SELECT id, status, created_at, follows IS NOT NULL AS follows,
       CASE WHEN cached_from IS NOT NULL THEN ${AGE} END AS cache_age FROM updated`;

/** Accepts a group of requests under the cache; those that lead wait to be claimed. */
export const ACCEPT_CACHED = acceptCached({
  ...{ status: 'queued', columns: '', values: '', writes: '' },
});

/** Value of a column that a claim writes, and its value in a record that is not claimed. */
const ifClaimed = (claimed: string | number, other: string | number): string =>
  `CASE WHEN leads THEN ${claimed} ELSE ${other} END`;

/**
 * ACCEPT_CACHED and CLAIM_DUE in one commit: by a worker that runs at once what leads. What follows, or has got an
 * answer, is written as by ACCEPT_CACHED. $1 to $17 as ACCEPT_CACHED, $18 worker, $19 lease (ms)
 */
export const ACCEPT_AND_CLAIM_CACHED = acceptCached({
  status: 'processing',
  columns: ', fence, attempts, call_number, lease_owner, lease_expires_at, started_at',
  values: `, ${ifClaimed(FIRST_CLAIM.fence, 0)}, ${ifClaimed(FIRST_CLAIM.attempts, 0)},
         ${ifClaimed(FIRST_CLAIM.callNumber, 0)}, ${ifClaimed('$18::uuid', 'NULL')},
         ${ifClaimed("now() + $19::int * interval '1 millisecond'", 'NULL')}, ${ifClaimed('now()', 'NULL')}`,
  writes: `, tried AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
  SELECT id, ${FIRST_CLAIM.attempts}, ${FIRST_CLAIM.round}, ${FIRST_CLAIM.callNumber}, model, $18::uuid, now(), 'running'
  FROM updated WHERE status = 'processing'
)`,
});
