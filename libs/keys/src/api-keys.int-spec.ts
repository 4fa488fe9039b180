import { randomBytes, randomUUID } from 'node:crypto';

import { KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import {
  createPool,
  createPrisma,
  DatabaseError,
  type Pool,
  type PrismaClient,
} from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { generateApiKey } from './api-key-format.js';
import { ApiKeyStore, type CreatedApiKey, DEFAULT_ROTATION_OVERLAP_MS } from './api-key-store.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let hash: KeyedHash;
let store: ApiKeyStore;
let projectId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 4,
    applicationName: 'test',
  });
  prisma = createPrisma(pool);
  hash = await KeyedHash.load(prisma, new MasterKey(randomBytes(32)), 'api-key');
  store = new ApiKeyStore(pool, hash);
});
beforeEach(async () => {
  projectId = (await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } })).id;
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

const make = (expiresAt?: Date): Promise<CreatedApiKey> =>
  store.create({ projectId, mode: 'live', name: 'k', ...(expiresAt ? { expiresAt } : {}) });
const authenticator = (rememberMs = 0, now?: () => number) =>
  new ApiKeyAuthenticator(pool, hash, rememberMs, now);
const works = async (key: CreatedApiKey): Promise<boolean> =>
  (await authenticator().authenticate(key.secret)) !== null;

describe('a key', () => {
  it('tells whom a call comes from', async () => {
    const key = await store.create({ projectId, mode: 'test', name: 'k' });
    expect(await authenticator().authenticate(key.secret)).toEqual({
      apiKeyId: key.id,
      projectId,
      mode: 'test',
      scopes: ['requests:write', 'requests:read'],
    });
  });

  it('may do what its scopes say, and one of a version without scopes may do both', async () => {
    const reader = await store.create({
      projectId,
      mode: 'live',
      name: 'k',
      scopes: ['requests:read'],
    });
    const known = authenticator(5_000);
    expect((await known.authenticate(reader.secret))?.scopes).toEqual(['requests:read']);
    expect(known.remembered(reader.secret)?.scopes).toEqual(['requests:read']);
    await pool.query('UPDATE api_keys SET scopes = NULL WHERE id = $1', [reader.id]);
    expect((await authenticator().authenticate(reader.secret))?.scopes).toEqual([
      'requests:write',
      'requests:read',
    ]);
  });

  it('is shown with its name, scopes and state, newest first, by pages, and only in its project', async () => {
    const all = [await make(), await make(new Date(Date.now() - 1_000)), await make()];
    // Made within one millisecond they would have no order.
    for (const [age, { id }] of all.entries()) {
      await pool.query(
        `UPDATE api_keys SET created_at = now() - (10 - $2::int) * interval '1 s' WHERE id = $1`,
        [id, age],
      );
    }
    await store.revoke(projectId, all[0]!.id);
    await store.rename(projectId, all[2]!.id, 'renamed');
    const listed = await store.list(projectId, 10);
    expect(listed.map(({ id, state }) => [id, state])).toEqual([
      [all[2]!.id, 'active'],
      [all[1]!.id, 'expired'],
      [all[0]!.id, 'revoked'],
    ]);
    expect(listed[0]).toMatchObject({ name: 'renamed', lastFour: all[2]!.secret.slice(-4) });
    expect(await store.list(projectId, 10, all[1]!.id)).toEqual([listed[2]]);
    const elsewhere = randomUUID();
    expect(await store.find(elsewhere, all[2]!.id)).toBeNull();
    expect(await store.rename(elsewhere, all[2]!.id, 'x')).toBe(false);
    expect(await store.revoke(elsewhere, all[2]!.id)).toBe(false);
    expect(await store.rotate(elsewhere, all[2]!.id)).toBeNull();
  });

  it('is stored as a keyed hash alone, and its hash is in no result that does not ask for it', async () => {
    const { id, secret } = await make();
    const { rows } = await pool.query<{ row: string }>(
      'SELECT api_keys::text AS row FROM api_keys WHERE id = $1',
      [id],
    );
    expect(rows[0]?.row).not.toContain(secret.slice(16, -4));
    const stored = await prisma.apiKey.findUniqueOrThrow({ where: { id } });
    expect(stored).not.toHaveProperty('keyHash');
    expect([stored.prefix, stored.lastFour]).toEqual([secret.slice(0, 16), secret.slice(-4)]);
  });

  it('that is unknown, mistyped, revoked, expired or of an archived project looks the same', async () => {
    const revoked = await make();
    await store.revoke(projectId, revoked.id);
    const expired = await make(new Date(Date.now() - 1_000));
    for (const secret of [
      generateApiKey('live'),
      'reqrun_live_x',
      '',
      revoked.secret,
      expired.secret,
    ]) {
      expect(await authenticator().authenticate(secret)).toBeNull();
    }
    const archived = await make();
    await prisma.project.update({ where: { id: projectId }, data: { archivedAt: new Date() } });
    expect(await authenticator().authenticate(archived.secret)).toBeNull();
  });

  it('can be revoked again without harm; an unknown one cannot', async () => {
    const key = await make();
    expect(await store.revoke(projectId, key.id)).toBe(true);
    expect(await store.revoke(projectId, key.id)).toBe(true);
    expect(await store.revoke(projectId, randomUUID())).toBe(false);
  });
});

describe('a rotated key', () => {
  it('works beside its successor for 24 h unless told otherwise', async () => {
    const old = await make();
    const before = Date.now();
    const next = await store.rotate(projectId, old.id);
    const { expiresAt } = await prisma.apiKey.findUniqueOrThrow({ where: { id: old.id } });
    expect(DEFAULT_ROTATION_OVERLAP_MS).toBe(86_400_000);
    expect(expiresAt?.getTime()).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(await works(old)).toBe(true);
    expect(next !== null && (await works(next))).toBe(true);
    const stored = await prisma.apiKey.findUniqueOrThrow({ where: { id: next?.id ?? '' } });
    expect(stored).toMatchObject({ rotatedFromId: old.id, projectId, mode: 'live', name: 'k' });
  });

  it('ends at once when there is no overlap, and never lives longer than it would have', async () => {
    const old = await make();
    await store.rotate(projectId, old.id, 0);
    expect(await works(old)).toBe(false);
    const ends = new Date(Date.now() + 60_000);
    const short = await make(ends);
    await store.rotate(projectId, short.id);
    expect((await prisma.apiKey.findUniqueOrThrow({ where: { id: short.id } })).expiresAt).toEqual(
      ends,
    );
  });

  it('must be a key that works: revoked, expired and unknown ones have no successor', async () => {
    const revoked = await make();
    await store.revoke(projectId, revoked.id);
    const expired = await make(new Date(Date.now() - 1_000));
    const keys = await prisma.apiKey.count();
    for (const id of [revoked.id, expired.id, randomUUID()]) {
      expect(await store.rotate(projectId, id)).toBeNull();
    }
    expect(await prisma.apiKey.count()).toBe(keys);
  });
});

describe('the successor of a key', () => {
  const expiryOf = async (id: string) => (await store.find(projectId, id))?.expiresAt ?? null;

  it('has its scopes, its mode and its end', async () => {
    const ends = new Date(Date.now() + 90 * 86_400_000);
    const old = await store.create({
      projectId,
      mode: 'test',
      name: 'k',
      scopes: ['requests:write'],
      expiresAt: ends,
    });
    const next = await store.rotate(projectId, old.id, 1_000);
    expect(await store.find(projectId, next!.id)).toMatchObject({
      mode: 'test',
      scopes: ['requests:write'],
      expiresAt: ends,
      rotatedFromId: old.id,
      state: 'active',
    });
    expect(await store.find(projectId, old.id)).toMatchObject({
      replacedById: next!.id,
      state: 'expiring',
    });
  });

  it('is one, however many rotate it at the same time', async () => {
    const old = await make();
    const made = await Promise.all(
      Array.from({ length: 6 }, () => store.rotate(projectId, old.id)),
    );
    expect(made.filter((key) => key !== null)).toHaveLength(1);
    expect(await store.rotate(projectId, old.id)).toBeNull();
  });

  it('can be another once it was revoked, and has the end that the first had', async () => {
    const ends = new Date(Date.now() + 90 * 86_400_000);
    const old = await make(ends);
    const lost = await store.rotate(projectId, old.id);
    await store.revoke(projectId, lost!.id);
    const next = await store.rotate(projectId, old.id);
    expect(await expiryOf(next!.id)).toEqual(ends);
    expect((await expiryOf(old.id))!.getTime()).toBeLessThan(ends.getTime());
  });

  it('does not come to be while its key is being revoked', async () => {
    const old = await make();
    const client = await pool.connect();
    await client.query('BEGIN');
    await store.within(client).revoke(projectId, old.id);
    const rotated = store.rotate(projectId, old.id);
    await client.query('COMMIT');
    client.release();
    expect(await rotated).toBeNull();
  });
});

describe('what is remembered of keys', () => {
  it('is a found key for its time, so a revoked one ends with it', async () => {
    let now = 1_000_000;
    const known = authenticator(5_000, () => now);
    const key = await make();
    expect(known.remembered(key.secret)).toBeNull();
    await known.authenticate(key.secret);
    await store.revoke(projectId, key.id);
    now += 4_999;
    expect(known.remembered(key.secret)?.apiKeyId).toBe(key.id);
    now += 2;
    expect(known.remembered(key.secret)).toBeNull();
    expect(await known.authenticate(key.secret)).toBeNull();
  });

  it('ends in each process by itself, so a revoked key is refused everywhere within that time', async () => {
    let now = 1_000_000;
    const processes = [authenticator(5_000, () => now), authenticator(9_999, () => now)];
    const key = await make();
    for (const known of processes) {
      expect(await known.authenticate(key.secret)).not.toBeNull();
    }
    await store.revoke(projectId, key.id);
    now += 10_000;
    for (const known of processes) {
      expect(known.remembered(key.secret)).toBeNull();
      expect(await known.authenticate(key.secret)).toBeNull();
    }
  });

  it('is never a miss: a key that is made after a failed look-up works at once', async () => {
    const known = authenticator(5_000);
    const key = await make();
    await prisma.apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } });
    expect(await known.authenticate(key.secret)).toBeNull();
    await prisma.apiKey.update({ where: { id: key.id }, data: { revokedAt: null } });
    expect((await known.authenticate(key.secret))?.apiKeyId).toBe(key.id);
  });

  it('does not outlive the expiry of a key, which is checked at each use', async () => {
    const expires = Date.now() + 60_000;
    let now = expires - 2_000;
    const known = authenticator(5_000, () => now);
    const key = await make(new Date(expires));
    expect(await known.authenticate(key.secret)).not.toBeNull();
    now = expires - 1;
    expect(known.remembered(key.secret)).not.toBeNull();
    now = expires;
    expect(known.remembered(key.secret)).toBeNull();
  });

  it('is nothing when remembering is off', async () => {
    const known = authenticator(0);
    const key = await make();
    await known.authenticate(key.secret);
    expect(known.remembered(key.secret)).toBeNull();
  });
});

describe('the last use of a key', () => {
  it('is written at the first use and then at most once a minute', async () => {
    const written: unknown[] = [];
    const watched = {
      query: (statement: { name: string }) => {
        if (statement.name === 'keys-touch') {
          written.push(statement);
        }
        return pool.query(statement as never);
      },
    } as unknown as Pool;
    let now = 1_000_000;
    const known = new ApiKeyAuthenticator(watched, hash, 5_000, () => now);
    const key = await make();
    await known.authenticate(key.secret);
    known.remembered(key.secret);
    expect(written).toHaveLength(1);
    now += 60_000;
    await known.authenticate(key.secret);
    expect(written).toHaveLength(1);
    now += 1;
    known.remembered(key.secret);
    expect(written).toHaveLength(2);
  });

  it('is not asked for, and a key not called unknown, while the database is away', async () => {
    const key = await make();
    const broken = createPool({
      connectionString: 'postgresql://nobody@127.0.0.1:1/none',
      max: 1,
      applicationName: 'test',
    });
    const known = new ApiKeyAuthenticator(broken, hash, 5_000);
    const failed = await known.authenticate(key.secret).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatabaseError);
    expect(failed).toMatchObject({ kind: 'unavailable' });
    await broken.end();
  });
});
