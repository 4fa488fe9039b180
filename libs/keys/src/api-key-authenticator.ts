import { hash as hashOnce, timingSafeEqual } from 'node:crypto';

import { API_KEY_SCOPES, type ApiKeyScope, type RequestMode } from '@reqrun/contracts';
import type { KeyedHash } from '@reqrun/platform/crypto';
import { type Pool, run } from '@reqrun/platform/database';
import { LRUCache } from 'lru-cache';

import { parseApiKey } from './api-key-format.js';
import { RefusedKeys } from './refused-keys.js';

/** Whom a call comes from. */
export interface ApiKeyIdentity {
  apiKeyId: string;
  projectId: string;
  mode: RequestMode;
  /** Scopes that it has. */
  scopes: readonly ApiKeyScope[];
}

interface KnownKey extends ApiKeyIdentity {
  /** Unix ms, or null when it does not expire. */
  expiresAt: number | null;
}

const FIND_KEY = {
  name: 'keys-find',
  text: `SELECT k.id, k.project_id, k.mode, k.scopes, k.key_hash, k.expires_at
         FROM api_keys k JOIN projects p ON p.id = k.project_id
         WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND p.archived_at IS NULL
           AND (k.expires_at IS NULL OR k.expires_at > now())`,
};

const TOUCH_KEYS = {
  name: 'keys-touch',
  text: `UPDATE api_keys SET last_used_at = now()
         WHERE id = ANY($1::uuid[])
           AND (last_used_at IS NULL OR last_used_at < now() - interval '30 seconds')`,
};

const MAX_REMEMBERED = 10_000;
const TOUCH_EVERY_MS = 60_000;

/**
 * Tells whom a key belongs to. Work does not depend on how much of a key is right: the look-up is
 * by a keyed hash that no caller can steer. Found keys are remembered for seconds, misses never.
 */
export class ApiKeyAuthenticator {
  private readonly known: LRUCache<string, KnownKey> | null;
  private readonly finding = new Map<string, Promise<KnownKey | null>>();
  private readonly used = new Set<string>();
  private readonly refused: RefusedKeys;
  /** Counts what was forgotten: what was looked up before is not remembered after. */
  private forgotten = 0;
  /** The first use is written at once: a process may see no second one for long. */
  private lastTouch = -Infinity;

  /**
   * @param pool the database
   * @param hash the keyed hash under which keys are stored
   * @param rememberMs how long a found key is remembered: a revoked one works that long at most
   * @param now the clock, Unix ms
   */
  constructor(
    private readonly pool: Pool,
    private readonly hash: KeyedHash,
    rememberMs: number,
    private readonly now: () => number = Date.now,
  ) {
    this.refused = new RefusedKeys(pool);
    this.known =
      rememberMs > 0
        ? new LRUCache({
            max: MAX_REMEMBERED,
            ttl: rememberMs,
            ttlResolution: 0,
            perf: { now },
          })
        : null;
  }

  /**
   * Whom a key belongs to, if that is known without asking the database.
   *
   * @param key what a client sent
   */
  remembered(key: string): ApiKeyIdentity | null {
    const found = this.known?.get(cacheKeyOf(key));
    return found === undefined ? null : this.accept(found);
  }

  /**
   * Whom a key belongs to. Unknown, revoked and expired keys look the same.
   *
   * @param key what a client sent
   * @throws DatabaseError when it can't be known
   */
  async authenticate(key: string): Promise<ApiKeyIdentity | null> {
    if (parseApiKey(key) === null) {
      return null;
    }
    const found = await this.findOnce(key);
    return found === null ? null : this.accept(found);
  }

  /**
   * Forgets the keys of a project: the next look is at the database.
   *
   * @param projectId whose keys were revoked, or deleted with it
   */
  forget(projectId: string): void {
    this.forgotten += 1;
    this.finding.clear();
    this.known?.forEach((key, cacheKey) => {
      if (key.projectId === projectId) {
        this.known?.delete(cacheKey);
      }
    });
  }

  /** When a busy key is due to be looked up again, all its callers come at once: one look serves them. */
  private async findOnce(key: string): Promise<KnownKey | null> {
    const { known } = this;
    if (known === null) {
      return this.find(this.hash.digest(key));
    }
    const cacheKey = cacheKeyOf(key);
    let finding = this.finding.get(cacheKey);
    if (finding === undefined) {
      const { forgotten } = this;
      const looking = this.find(this.hash.digest(key))
        .then((found) => {
          if (found !== null && this.forgotten === forgotten) {
            known.set(cacheKey, found);
          }
          return found;
        })
        .finally(() => {
          if (this.finding.get(cacheKey) === looking) {
            this.finding.delete(cacheKey);
          }
        });
      finding = looking;
      this.finding.set(cacheKey, finding);
    }
    return finding;
  }

  private async find(digest: Buffer): Promise<KnownKey | null> {
    const rows = await run<{
      id: string;
      project_id: string;
      mode: RequestMode;
      scopes: ApiKeyScope[] | null;
      key_hash: Buffer;
      expires_at: Date | null;
    }>(this.pool, FIND_KEY, [digest]);
    const row = rows[0];
    if (row === undefined || !timingSafeEqual(row.key_hash, digest)) {
      this.refused.note(digest);
      return null;
    }
    return {
      apiKeyId: row.id,
      projectId: row.project_id,
      mode: row.mode,
      // A process of the version before scopes writes none.
      scopes: row.scopes ?? API_KEY_SCOPES,
      expiresAt: row.expires_at?.getTime() ?? null,
    };
  }

  private accept(key: KnownKey): ApiKeyIdentity | null {
    if (key.expiresAt !== null && key.expiresAt <= this.now()) {
      return null;
    }
    this.used.add(key.apiKeyId);
    if (this.now() - this.lastTouch > TOUCH_EVERY_MS) {
      this.noteUse();
    }
    const { apiKeyId, projectId, mode, scopes } = key;
    return { apiKeyId, projectId, mode, scopes };
  }

  /** Writes when keys were last used: once a minute for all of them, and nobody waits for it. */
  private noteUse(): void {
    this.lastTouch = this.now();
    const ids = [...this.used];
    this.used.clear();
    run(this.pool, TOUCH_KEYS, [ids]).catch(() => undefined);
  }
}

/** Within a process a plain hash tells keys apart as well, at a tenth of the keyed one's work. */
const cacheKeyOf = (key: string): string => hashOnce('sha256', key, 'base64');
