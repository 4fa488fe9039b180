import { randomBytes } from 'node:crypto';

import { KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeyStore, type CreatedApiKey } from './api-key-store.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let hash: KeyedHash;
let store: ApiKeyStore;

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  pool = createPool({ connectionString, max: 4, applicationName: 'test' });
  prisma = createPrisma(pool);
  hash = await KeyedHash.load(prisma, new MasterKey(randomBytes(32)), 'api-key');
  store = new ApiKeyStore(pool, hash);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

async function addProject(): Promise<{ id: string; key: CreatedApiKey }> {
  const { id } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } });
  return { id, key: await store.create({ projectId: id, mode: 'live', name: 'k' }) };
}

describe('what a process remembers of keys', () => {
  /** The time stands still: nothing is forgotten by itself. */
  const process = () => new ApiKeyAuthenticator(pool, hash, 60_000, () => 0);

  it('is forgotten for one project, whose deleted keys work no longer', async () => {
    const [deleted, other] = [await addProject(), await addProject()];
    const known = process();
    for (const { key } of [deleted, other]) {
      expect(await known.authenticate(key.secret)).not.toBeNull();
    }
    await pool.query('UPDATE projects SET deleted_at = now() WHERE id = $1', [deleted.id]);
    expect(known.remembered(deleted.key.secret)).not.toBeNull();
    known.forget(deleted.id);
    expect(known.remembered(deleted.key.secret)).toBeNull();
    expect(await known.authenticate(deleted.key.secret)).toBeNull();
    expect(known.remembered(other.key.secret)).not.toBeNull();
  });

  it('is not what a look-up finds that began before it was forgotten', async () => {
    const { id, key } = await addProject();
    const known = process();
    const looking = known.authenticate(key.secret);
    known.forget(id);
    // It was asked while the key still worked.
    expect(await looking).not.toBeNull();
    expect(known.remembered(key.secret)).toBeNull();
    await store.revoke(id, key.id);
    expect(await known.authenticate(key.secret)).toBeNull();
  });
});
