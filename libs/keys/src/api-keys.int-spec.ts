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
  store = new ApiKeyStore(prisma, hash);
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
    });
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
    await store.revoke(revoked.id);
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

  it('can be revoked again without harm; an unknown one can not', async () => {
    const key = await make();
    expect(await store.revoke(key.id)).toBe(true);
    expect(await store.revoke(key.id)).toBe(true);
    expect(await store.revoke(randomUUID())).toBe(false);
  });
});

describe('a rotated key', () => {
  it('works beside its successor for 24 h unless told otherwise', async () => {
    const old = await make();
    const before = Date.now();
    const next = await store.rotate(old.id);
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
    await store.rotate(old.id, 0);
    expect(await works(old)).toBe(false);
    const ends = new Date(Date.now() + 60_000);
    const short = await make(ends);
    await store.rotate(short.id);
    expect((await prisma.apiKey.findUniqueOrThrow({ where: { id: short.id } })).expiresAt).toEqual(
      ends,
    );
  });

  it('must be a key that works: revoked, expired and unknown ones have no successor', async () => {
    const revoked = await make();
    await store.revoke(revoked.id);
    const expired = await make(new Date(Date.now() - 1_000));
    const keys = await prisma.apiKey.count();
    for (const id of [revoked.id, expired.id, randomUUID()]) {
      expect(await store.rotate(id)).toBeNull();
    }
    expect(await prisma.apiKey.count()).toBe(keys);
  });
});

describe('what is remembered of keys', () => {
  it('is a found key for its time, so a revoked one ends with it', async () => {
    let now = 1_000_000;
    const known = authenticator(5_000, () => now);
    const key = await make();
    expect(known.remembered(key.secret)).toBeNull();
    await known.authenticate(key.secret);
    await store.revoke(key.id);
    now += 4_999;
    expect(known.remembered(key.secret)?.apiKeyId).toBe(key.id);
    now += 2;
    expect(known.remembered(key.secret)).toBeNull();
    expect(await known.authenticate(key.secret)).toBeNull();
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
