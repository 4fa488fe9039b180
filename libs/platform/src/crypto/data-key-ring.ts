import { randomBytes } from 'node:crypto';

import type { Pool } from '../database/index.js';
import { KEY_BYTES, keyIdOf, open, seal, UnreadableError } from './aead.js';
import type { MasterKey } from './master-key.js';

/** A process reserves this many uses of a key at once, so that counting costs nothing. */
const RESERVATION = 1 << 20;
/** A quarter of the 2^32 random IVs that NIST SP 800-38D allows a key. */
const MAX_USES = 2 ** 30;
/** A deleted project's keys are forgotten by every process within this time. */
const FORGET_AFTER_MS = 60_000;

/** What a sealed blob holds. */
export type ContentKind = 'payload' | 'result' | 'provider-key';

interface DataKey {
  id: number;
  projectId: string;
  bytes: Buffer;
  loadedAt: number;
}

interface ActiveKey extends DataKey {
  usesLeft: number;
}

/**
 * Seals and opens content under its project's data keys. The keys lie in PostgreSQL, wrapped by the
 * master key; deleting them makes a project's content unreadable for good.
 */
export class DataKeyRing {
  private readonly active = new Map<string, Promise<ActiveKey>>();
  private readonly byId = new Map<number, Promise<DataKey>>();

  /**
   * @param pool the database
   * @param masterKey what the data keys are wrapped with
   */
  constructor(
    private readonly pool: Pool,
    private readonly masterKey: MasterKey,
  ) {}

  /**
   * Encrypts a content.
   *
   * @param projectId whose data key is used
   * @param ownerId the id of the record it belongs to: it opens only there
   * @param kind what it is: it opens only as that
   * @param parts the content, in parts that are joined
   */
  async seal(
    projectId: string,
    ownerId: string,
    kind: ContentKind,
    ...parts: readonly Buffer[]
  ): Promise<Buffer> {
    const key = await this.activeKey(projectId);
    key.usesLeft -= 1;
    return seal(key.bytes, key.id, contextOf(projectId, ownerId, kind), ...parts);
  }

  /**
   * Decrypts a content.
   *
   * @param projectId whose it is
   * @param ownerId the id of the record it belongs to
   * @param kind what it is
   * @param blob what `seal` returned
   * @throws UnreadableError when the key is gone or anything differs
   */
  async open(projectId: string, ownerId: string, kind: ContentKind, blob: Buffer): Promise<Buffer> {
    const key = await this.keyById(keyIdOf(blob));
    if (key.projectId !== projectId) {
      throw new UnreadableError("the blob is another project's");
    }
    return open(key.bytes, contextOf(projectId, ownerId, kind), blob);
  }

  private async activeKey(projectId: string): Promise<ActiveKey> {
    const known = this.active.get(projectId);
    if (known !== undefined) {
      const key = await known;
      if (key.usesLeft > 0 && isFresh(key)) {
        return key;
      }
      if (this.active.get(projectId) === known) {
        this.active.delete(projectId);
      }
    }
    return remember(this.active, projectId, () => this.reserve(projectId));
  }

  /** Reserves uses of the newest key that has some left, making a key where there is none. */
  private async reserve(projectId: string): Promise<ActiveKey> {
    const reserved = await this.pool.query<{ id: number; wrapped: Buffer }>(
      `UPDATE data_keys SET uses = uses + $2
       WHERE id = (SELECT max(id) FROM data_keys WHERE project_id = $1) AND uses + $2 <= $3
       RETURNING id, wrapped`,
      [projectId, RESERVATION, MAX_USES],
    );
    const row = reserved.rows[0];
    if (row !== undefined) {
      const bytes = this.masterKey.unwrap(wrapName(projectId), row.wrapped);
      return { id: row.id, projectId, bytes, usesLeft: RESERVATION, loadedAt: Date.now() };
    }
    const bytes = randomBytes(KEY_BYTES);
    const made = await this.pool.query<{ id: number }>(
      `INSERT INTO data_keys (project_id, wrapped, master_key_id, uses)
       VALUES ($1, $2, $3, $4) RETURNING id`,
      [projectId, this.masterKey.wrap(wrapName(projectId), bytes), this.masterKey.id, RESERVATION],
    );
    const id = made.rows[0]?.id ?? 0;
    return { id, projectId, bytes, usesLeft: RESERVATION, loadedAt: Date.now() };
  }

  private async keyById(id: number): Promise<DataKey> {
    const known = this.byId.get(id);
    if (known !== undefined) {
      const key = await known;
      if (isFresh(key)) {
        return key;
      }
      this.byId.delete(id);
    }
    return remember(this.byId, id, async () => {
      const found = await this.pool.query<{ project_id: string; wrapped: Buffer }>(
        'SELECT project_id, wrapped FROM data_keys WHERE id = $1',
        [id],
      );
      const row = found.rows[0];
      if (row === undefined) {
        throw new UnreadableError('the data key is gone');
      }
      const bytes = this.masterKey.unwrap(wrapName(row.project_id), row.wrapped);
      return { id, projectId: row.project_id, bytes, loadedAt: Date.now() };
    });
  }
}

const isFresh = (key: DataKey): boolean => Date.now() - key.loadedAt < FORGET_AFTER_MS;

const wrapName = (projectId: string): string => `data-key|${projectId}`;

const contextOf = (projectId: string, ownerId: string, kind: ContentKind): string =>
  `reqrun|1|${projectId}|${ownerId}|${kind}`;

/** Loads once for all who ask at the same time; a failure is not remembered. */
function remember<K, V>(map: Map<K, Promise<V>>, key: K, load: () => Promise<V>): Promise<V> {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const loading = load();
  map.set(key, loading);
  loading.catch(() => {
    if (map.get(key) === loading) {
      map.delete(key);
    }
  });
  return loading;
}
