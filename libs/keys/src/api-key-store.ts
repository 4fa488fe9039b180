import { randomUUID } from 'node:crypto';

import { API_KEY_SCOPES, type ApiKeyScope, type RequestMode } from '@reqrun/contracts';
import type { KeyedHash } from '@reqrun/platform/crypto';
import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';

import { API_KEY_COLUMNS, type ApiKey, type ApiKeyRow, toApiKey } from './api-key.js';
import { generateApiKey, parseApiKey } from './api-key-format.js';

/** How long a rotated key goes on working beside its successor, unless told otherwise. */
export const DEFAULT_ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000;

/** A key that was just made. The secret is not kept anywhere: it is shown now or never. */
export interface CreatedApiKey {
  id: string;
  secret: string;
}

/** Properties that a key is made with. */
export interface NewApiKey {
  projectId: string;
  mode: RequestMode;
  name: string;
  /** All of them unless told otherwise. */
  scopes?: readonly ApiKeyScope[];
  expiresAt?: Date | null;
}

const CREATE = `
INSERT INTO api_keys (id, project_id, mode, name, key_hash, prefix, last_four, scopes, expires_at)
VALUES ($1::uuid, $2::uuid, $3::request_mode, $4, $5::bytea, $6, $7, $8::text[], $9::timestamptz)`;

/**
 * The row of the old key is locked first, so a key that is revoked meanwhile has no successor, and one
 * that gets its successor meanwhile is revoked after it. Of two rotations at the same time the second
 * meets the unique index on living successors. A successor lives as long as the old key would have: the
 * old one's own end was cut by an earlier rotation if there was one, so that is where it is looked up.
 * $1 old key, $2 project, $3 overlap (ms), $4 new id, $5 hash, $6 prefix, $7 last four
 */
const ROTATE = `
WITH old AS (
  SELECT k.id, k.project_id, k.mode, k.name, k.scopes, k.expires_at FROM api_keys k
  WHERE k.id = $1::uuid AND k.project_id = $2::uuid AND k.revoked_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())
    AND NOT EXISTS (SELECT FROM api_keys s WHERE s.rotated_from_id = k.id AND s.revoked_at IS NULL)
  FOR UPDATE OF k
), earlier AS (
  SELECT s.expires_at FROM api_keys s JOIN old ON s.rotated_from_id = old.id
  ORDER BY s.created_at DESC LIMIT 1
), shortened AS (
  UPDATE api_keys k
  SET expires_at = least(k.expires_at, now() + $3::float8 * interval '1 millisecond')
  FROM old WHERE k.id = old.id
)
INSERT INTO api_keys (id, project_id, mode, name, key_hash, prefix, last_four, scopes, expires_at,
  rotated_from_id)
SELECT $4::uuid, old.project_id, old.mode, old.name, $5::bytea, $6, $7, old.scopes,
       CASE WHEN EXISTS (SELECT FROM earlier) THEN (SELECT expires_at FROM earlier)
            ELSE old.expires_at END,
       old.id
FROM old RETURNING id`;

const FIND = `SELECT ${API_KEY_COLUMNS} FROM api_keys k WHERE k.id = $1::uuid AND k.project_id = $2::uuid`;

const LIST = `
SELECT ${API_KEY_COLUMNS} FROM api_keys k
WHERE k.project_id = $1::uuid AND ($3::uuid IS NULL OR (k.created_at, k.id) <
  (SELECT c.created_at, c.id FROM api_keys c WHERE c.id = $3::uuid AND c.project_id = $1::uuid))
ORDER BY k.created_at DESC, k.id DESC LIMIT $2`;

/** Makes, shows, renames, rotates and revokes keys. Times are the database's. */
export class ApiKeyStore {
  /**
   * @param on the database, or a transaction on one of its connections
   * @param hash the keyed hash under which keys are stored
   */
  constructor(
    private readonly on: SqlRunner,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * The same keys inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): ApiKeyStore {
    return new ApiKeyStore(transaction, this.hash);
  }

  /**
   * Makes a key.
   *
   * @param key whose, what for, until when
   * @throws DatabaseError
   */
  async create(key: NewApiKey): Promise<CreatedApiKey> {
    const id = randomUUID();
    const secret = generateApiKey(key.mode);
    const { hash, prefix, lastFour } = this.partsOf(secret);
    await this.rows(CREATE, [
      id,
      key.projectId,
      key.mode,
      key.name,
      hash,
      prefix,
      lastFour,
      key.scopes ?? API_KEY_SCOPES,
      key.expiresAt ?? null,
    ]);
    return { id, secret };
  }

  /**
   * Makes a key that takes another's place, with its scopes and its end; the old one works until the
   * overlap is over, and never longer than it would have.
   *
   * @param projectId whose it must be
   * @param id the key to replace
   * @param overlapMs how long both work
   * @returns null when there is no such key, or it is revoked, expired, or replaced already
   * @throws DatabaseError
   */
  async rotate(
    projectId: string,
    id: string,
    overlapMs = DEFAULT_ROTATION_OVERLAP_MS,
  ): Promise<CreatedApiKey | null> {
    const old = await this.find(projectId, id);
    if (old === null) {
      return null;
    }
    const secret = generateApiKey(old.mode);
    const { hash, prefix, lastFour } = this.partsOf(secret);
    try {
      const [created] = await this.rows<{ id: string }>(ROTATE, [
        id,
        projectId,
        overlapMs,
        randomUUID(),
        hash,
        prefix,
        lastFour,
      ]);
      return created === undefined ? null : { id: created.id, secret };
    } catch (error) {
      if (toDatabaseError(error).sqlState === UNIQUE_VIOLATION) {
        return null;
      }
      throw error;
    }
  }

  /**
   * Revokes a key: it stops working everywhere within 10 s. The time of the first call stays.
   *
   * @param projectId whose it must be
   * @param id the key
   * @returns false when there is no such key
   * @throws DatabaseError
   */
  async revoke(projectId: string, id: string): Promise<boolean> {
    return this.change('revoked_at = coalesce(revoked_at, now())', [id, projectId]);
  }

  /**
   * Gives a key another name.
   *
   * @param projectId whose it must be
   * @param id the key
   * @param name the new one
   * @returns false when there is no such key
   * @throws DatabaseError
   */
  async rename(projectId: string, id: string, name: string): Promise<boolean> {
    return this.change('name = $3', [id, projectId, name]);
  }

  /**
   * Looks up the record of a key.
   *
   * @param projectId whose it must be
   * @param id the key
   * @returns null when there is no such key
   * @throws DatabaseError
   */
  async find(projectId: string, id: string): Promise<ApiKey | null> {
    const [row] = await this.rows<ApiKeyRow>(FIND, [id, projectId]);
    return row === undefined ? null : toApiKey(row);
  }

  /**
   * A project's keys, newest first, the useless ones too.
   *
   * @param projectId whose they are
   * @param limit how many at most
   * @param after the id of the key that the page begins behind
   * @throws DatabaseError
   */
  async list(projectId: string, limit: number, after: string | null = null): Promise<ApiKey[]> {
    return (await this.rows<ApiKeyRow>(LIST, [projectId, limit, after])).map(toApiKey);
  }

  private async change(assignment: string, values: unknown[]): Promise<boolean> {
    const rows = await this.rows(
      `UPDATE api_keys SET ${assignment} WHERE id = $1::uuid AND project_id = $2::uuid RETURNING id`,
      values,
    );
    return rows.length > 0;
  }

  private partsOf(secret: string) {
    const parts = parseApiKey(secret);
    return {
      hash: this.hash.digest(secret),
      prefix: parts?.prefix ?? '',
      lastFour: parts?.lastFour ?? '',
    };
  }

  private async rows<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.on.query(text, values);
      return rows as Row[];
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/** SQLSTATE unique_violation. */
const UNIQUE_VIOLATION = '23505';
