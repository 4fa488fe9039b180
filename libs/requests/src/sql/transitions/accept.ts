import { FIRST_MODEL } from './parts.js';

/** Differences between ACCEPT and ACCEPT_AND_CLAIM. */
interface InsertVariant {
  /** Columns in addition to those that both write. */
  columns: string;
  /** Their values. */
  values: string;
  status: 'queued' | 'processing';
  /** Writes into other tables; `written` is the FROM of the records that were written. */
  extraWrites: (written: string) => string;
}

/** The two statements that write a group. */
export interface InsertStatements {
  /**
   * For a group whose requests can't be in the table already. It costs a sixth less: it returns only the
   * time, and fails as a whole if an id exists after all.
   */
  insertOnly: string;
  /**
   * For any group. Rows whose id or idempotency key already exists are omitted from the answer;
   * `READ_EXISTING` then finds the existing rows.
   */
  onConflictDoNothing: string;
}

/** Columns of a record that every statement of this kind writes, in the order of {@link RECORD_VALUES}. */
export const RECORD_FIELDS = `
    id, project_id, api_key_id, mode, endpoint, model, requested_model, idempotency_key,
    fingerprint, metadata, policy, retry_count, retry_on_codes, on_lost, call_timeout_ms,
    deadline_ms, sdk_retry, stream, deadline_at, created_at, updated_at`;

/**
 * Values of {@link RECORD_FIELDS}, out of {@link INPUT_COLUMNS}.
 *
 * @param row name of the row with the input
 */
export const RECORD_VALUES = (row: string): string => `
         id, project_id, api_key_id, mode, endpoint, ${FIRST_MODEL(row, 'model')}, model, idempotency_key,
         decode(fingerprint, 'hex'), metadata::jsonb, policy, (policy->'count')::smallint,
         translate(policy->>'onCodes', '[]', '{}')::smallint[], (policy->>'onLost')::on_lost,
         (policy->'callTimeoutMs')::int, (policy->'deadlineMs')::bigint, sdk_retry,
         CASE policy->>'stream' WHEN 'live' THEN 1 WHEN 'buffered' THEN 2 ELSE 0 END,
         now() + (policy->'deadlineMs')::bigint * interval '1 millisecond', now(), now()`;

/** Columns of a group of records, from $1 to $10 of ACCEPT. */
export const INPUT_COLUMNS = `
         unnest($1::uuid[]) AS id, unnest($2::uuid[]) AS project_id,
         unnest($3::uuid[]) AS api_key_id, unnest($4::request_mode[]) AS mode,
         unnest($5::text[]) AS endpoint, unnest($6::text[]) AS model,
         unnest($7::text[]) AS idempotency_key, unnest($8::text[]) AS fingerprint,
         unnest($9::text[]) AS metadata, unnest($10::text[])::jsonb AS policy`;

/**
 * Returns the statements that accept a group: record and payload in one commit, in the order of the input.
 * Set-returning functions in the select list advance in parallel. They cost less than one function in FROM
 * with as many arguments, which would materialize the rows of each.
 *
 * $1 ids, $2 projects, $3 API keys, $4 modes, $5 endpoints, $6 models, $7 idempotency keys or null,
 * $8 fingerprints (hex) or null, $9 metadata (JSON) or null, $10 policies (JSON), $11 payload offsets
 * (from 1), $12 payload lengths, $13 all payloads, $14 numbers of SDK retries or null
 *
 * The policy is stored whole. Its columns are for conditions in SQL and for the previous version.
 */
function insertStatements(
  { columns, values, status, extraWrites }: InsertVariant,
  notification = '',
): InsertStatements {
  const writing = (conflicts: string, written: string): string => `
WITH input AS (
  SELECT${INPUT_COLUMNS},
         unnest($11::int[]) AS payload_at, unnest($12::int[]) AS payload_bytes,
         unnest($14::smallint[]) AS sdk_retry
), inserted AS (
  INSERT INTO requests (${RECORD_FIELDS}, status, payload_bytes, due_at${columns}
  )
  SELECT${RECORD_VALUES('input')}, '${status}', payload_bytes, now()${values}
  FROM input ${conflicts}
  RETURNING id, created_at
), stored AS (
  INSERT INTO payloads (request_id, ciphertext)
  SELECT i.id, substring($13::bytea FROM i.payload_at FOR i.payload_bytes)
  FROM ${written}
)${extraWrites(written)}`;
  return {
    // Both read `inserted`, so both insert records first. Another writer of the same id waits there.
    insertOnly: `${writing('', 'input i')} SELECT max(created_at) AS created_at${notification} FROM inserted`,
    onConflictDoNothing: `${writing('ON CONFLICT DO NOTHING', 'input i JOIN inserted USING (id)')}
SELECT id, created_at${notification} FROM inserted`,
  };
}

const QUEUED: InsertVariant = { columns: '', values: '', status: 'queued', extraWrites: () => '' };

/** Accepts a group of requests, which then wait to be claimed. */
export const ACCEPT = insertStatements(QUEUED);

/**
 * ACCEPT that notifies the workers in its own commit.
 *
 * @param channel name of the channel, never from outside
 */
export const acceptAndNotify = (channel: string): InsertStatements =>
  insertStatements(QUEUED, `, pg_notify('${channel}', '')`);

/** Values of a record after its first claim, the same as those that CLAIM_DUE writes. */
export const FIRST_CLAIM = { fence: 1, attempts: 1, callNumber: 1, round: 1 } as const;

/**
 * ACCEPT and CLAIM_DUE in one commit: by a worker that runs at once what it accepts.
 * $1 to $14 as ACCEPT, $15 worker, $16 lease (ms)
 */
export const ACCEPT_AND_CLAIM = insertStatements({
  status: 'processing',
  columns: ', fence, attempts, call_number, lease_owner, lease_expires_at, started_at',
  values: `, ${FIRST_CLAIM.fence}, ${FIRST_CLAIM.attempts}, ${FIRST_CLAIM.callNumber}, $15::uuid,
         now() + $16::int * interval '1 millisecond', now()`,
  extraWrites: (written) => `, tried AS (
  INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
  SELECT i.id, ${FIRST_CLAIM.attempts}, ${FIRST_CLAIM.round}, ${FIRST_CLAIM.callNumber}, ${FIRST_MODEL('i', 'model')},
         $15::uuid, now(), 'running'
  FROM ${written}
)`,
});

/**
 * Reads the existing rows of requests that ACCEPT has omitted: those with the same id (the answer to its
 * commit was lost), or another record with the same key. It is a separate statement because ON CONFLICT DO
 * NOTHING does not see the row of a concurrent winner.
 *
 * $1 ids, $2 projects, $3 modes, $4 idempotency keys or null
 */
export const READ_EXISTING = `
WITH input AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::request_mode[], $4::text[])
    AS i (id, project_id, mode, idempotency_key)
)
SELECT i.id AS asked_id, r.id, r.status, r.model, r.attempts, r.created_at, r.fingerprint,
       r.deadline_at <= now() AS overdue
FROM input i JOIN requests r ON r.id = i.id
UNION ALL
SELECT i.id, r.id, r.status, r.model, r.attempts, r.created_at, r.fingerprint,
       r.deadline_at <= now()
FROM input i JOIN requests r
  ON r.project_id = i.project_id AND r.mode = i.mode AND r.idempotency_key = i.idempotency_key
WHERE r.id <> i.id`;
