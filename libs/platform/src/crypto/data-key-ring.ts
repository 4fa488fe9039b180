import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

import {
  KEY_BYTES,
  keyIdOf,
  open,
  Opening,
  sealGradually,
  sealInParts,
  UnreadableError,
} from './aead.js';
import type { MasterKey } from './master-key.js';

/** How long data keys serve. */
export interface DataKeyLimits {
  /** A process reserves this many uses of a key at once, so that counting costs nothing. */
  reservation: number;
  /** Uses of a key by all processes together; then a new one follows. */
  maxUses: number;
  /** A deleted project's keys are forgotten by every process within this time. */
  forgetAfterMs: number;
  /** The clock, Unix ms. */
  now: () => number;
}

const LIMITS: DataKeyLimits = {
  reservation: 1 << 20,
  // A quarter of the 2^32 random IVs that NIST SP 800-38D allows a key.
  maxUses: 2 ** 30,
  forgetAfterMs: 60_000,
  now: Date.now,
};

/** Connection on which data keys are read and written: a pool, or a transaction on one of its connections. */
export interface DataKeyTable {
  query: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;
}

/** Parts of a sealed blob. */
export type ContentKind = 'payload' | 'result' | 'frames' | 'provider-key' | 'webhook-secret';

interface DataKey {
  id: number;
  projectId: string;
  secret: KeyObject;
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
   * @param table the database
   * @param masterKey what the data keys are wrapped with
   * @param limits how long the keys serve
   */
  constructor(
    private readonly table: DataKeyTable,
    private readonly masterKey: MasterKey,
    private readonly limits: DataKeyLimits = LIMITS,
  ) {}

  /**
   * The same keys inside a transaction, for a project that the transaction makes. Not to be used
   * after its end: what it made may have been rolled back.
   *
   * @param transaction where statements run
   */
  within(transaction: DataKeyTable): DataKeyRing {
    return new DataKeyRing(transaction, this.masterKey, { ...this.limits, reservation: 1 });
  }

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
    return Buffer.concat(await this.sealInParts(projectId, ownerId, kind, ...parts));
  }

  /**
   * `seal` for who joins the blob with others anyway: a large one is copied once less.
   *
   * @returns the blob, in parts
   */
  async sealInParts(
    projectId: string,
    ownerId: string,
    kind: ContentKind,
    ...parts: readonly Buffer[]
  ): Promise<readonly Buffer[]> {
    const key = await this.useKey(projectId);
    return sealInParts(key.secret, key.id, contextOf(projectId, ownerId, kind), ...parts);
  }

  /**
   * `seal` for a large content: others have their turns in between.
   */
  async sealGradually(
    projectId: string,
    ownerId: string,
    kind: ContentKind,
    ...parts: readonly Buffer[]
  ): Promise<Buffer> {
    const key = await this.useKey(projectId);
    return sealGradually(key.secret, key.id, contextOf(projectId, ownerId, kind), ...parts);
  }

  /**
   * `open` for a large content that comes in pieces.
   *
   * @param bytes how long the blob is as a whole
   * @param pieces of the blob, from its beginning
   * @throws UnreadableError when the key is gone, pieces are missing or anything differs
   */
  async openGradually(
    projectId: string,
    ownerId: string,
    kind: ContentKind,
    bytes: number,
    pieces: AsyncIterable<Buffer>,
  ): Promise<Buffer> {
    let opening: Opening | undefined;
    for await (const piece of pieces) {
      if (opening === undefined) {
        const key = await this.keyOf(projectId, piece);
        opening = new Opening(key.secret, contextOf(projectId, ownerId, kind), bytes, piece);
      }
      opening.push(piece);
    }
    if (opening === undefined) {
      throw new UnreadableError('the blob is gone');
    }
    return opening.finish();
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
    const key = await this.keyOf(projectId, blob);
    return open(key.secret, contextOf(projectId, ownerId, kind), blob);
  }

  private async keyOf(projectId: string, blob: Buffer): Promise<DataKey> {
    const key = await this.keyById(keyIdOf(blob));
    if (key.projectId !== projectId) {
      throw new UnreadableError("the blob is another project's");
    }
    return key;
  }

  /** Takes one use of the project's key. */
  private async useKey(projectId: string): Promise<ActiveKey> {
    for (;;) {
      const loading = remember(this.active, projectId, () => this.reserve(projectId));
      const key = await loading;
      if (key.usesLeft > 0 && this.isFresh(key)) {
        key.usesLeft -= 1;
        return key;
      }
      if (this.active.get(projectId) === loading) {
        this.active.delete(projectId);
      }
    }
  }

  /**
   * Reserves uses of the newest key that has some left, making a key where there is none. Two
   * processes may make one each at the same time: each blob names its own, and both are kept.
   */
  private async reserve(projectId: string): Promise<ActiveKey> {
    const { reservation, maxUses } = this.limits;
    const reserved = await this.rows<{ id: number; wrapped: Uint8Array }>(
      `UPDATE data_keys SET uses = uses + $2::bigint
       WHERE id = (SELECT max(id) FROM data_keys WHERE project_id = $1::uuid) AND uses + $2::bigint <= $3::bigint
       RETURNING id, wrapped`,
      [projectId, reservation, maxUses],
    );
    const row = reserved[0];
    if (row !== undefined) {
      const secret = createSecretKey(this.masterKey.unwrap(wrapName(projectId), row.wrapped));
      return { id: row.id, projectId, secret, usesLeft: reservation, loadedAt: this.limits.now() };
    }
    const bytes = randomBytes(KEY_BYTES);
    const id = await this.insert(projectId, bytes);
    const secret = createSecretKey(bytes);
    return { id, projectId, secret, usesLeft: reservation, loadedAt: this.limits.now() };
  }

  /**
   * Stores a new key. While the master key is replaced, which of the two wraps it is decided by the statement
   * itself: before the rotation begins, processes may run that know the previous one alone, and after it no
   * key may be left to that.
   */
  private async insert(projectId: string, bytes: Buffer): Promise<number> {
    const { masterKey } = this;
    const before = masterKey.previous ?? masterKey;
    const name = wrapName(projectId);
    const made = await this.rows<{ id: number }>(
      `INSERT INTO data_keys (project_id, wrapped, master_key_id, uses)
       SELECT $1::uuid, CASE WHEN begun THEN $2::bytea ELSE $4::bytea END,
              CASE WHEN begun THEN $3::text ELSE $5::text END, $6::bigint
       FROM (SELECT EXISTS (SELECT FROM secrets WHERE master_key_id = $3::text) AS begun) AS rotation
       RETURNING id`,
      [
        ...[projectId, masterKey.wrap(name, bytes), masterKey.id],
        ...[before.wrap(name, bytes), before.id, this.limits.reservation],
      ],
    );
    return made[0]?.id ?? 0;
  }

  private async keyById(id: number): Promise<DataKey> {
    const known = this.byId.get(id);
    if (known !== undefined) {
      const key = await known;
      if (this.isFresh(key)) {
        return key;
      }
      if (this.byId.get(id) === known) {
        this.byId.delete(id);
      }
    }
    return remember(this.byId, id, async () => {
      const found = await this.rows<{ project_id: string; wrapped: Uint8Array }>(
        'SELECT project_id, wrapped FROM data_keys WHERE id = $1',
        [id],
      );
      const row = found[0];
      if (row === undefined) {
        throw new UnreadableError('the data key is gone');
      }
      const secret = createSecretKey(this.masterKey.unwrap(wrapName(row.project_id), row.wrapped));
      return { id, projectId: row.project_id, secret, loadedAt: this.limits.now() };
    });
  }

  private isFresh(key: DataKey): boolean {
    return this.limits.now() - key.loadedAt < this.limits.forgetAfterMs;
  }

  /** @throws whatever the driver throws */
  private async rows<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const { rows } = await this.table.query(text, values);
    return rows as Row[];
  }
}

/**
 * The name under which the master key wraps a project's data key.
 *
 * @param projectId whose key it is
 */
export const wrapName = (projectId: string): string => `data-key|${projectId}`;

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
