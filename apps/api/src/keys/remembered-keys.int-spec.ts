import { randomBytes } from 'node:crypto';

import { ApiKeyAuthenticator, ApiKeyStore } from '@reqrun/keys';
import { DataKeyRing, KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createSignalBus, type SignalBus } from '@reqrun/platform/signals';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';
import { ProjectDirectory } from '@reqrun/projects';

import { RememberedKeys } from './remembered-keys.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let hash: KeyedHash;
const buses: SignalBus[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  pool = createPool({ connectionString, max: 4, applicationName: 'test' });
  prisma = createPrisma(pool);
  hash = await KeyedHash.load(prisma, new MasterKey(randomBytes(32)), 'api-key');
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.stop()));
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

/** An API process without its server, with a stopped clock, so that its caches never expire. */
async function startProcess() {
  const signals = createSignalBus({
    redis: undefined,
    pool,
    connectionString: database.connectionString,
    applicationName: 'test',
    subscribes: ['finished', 'keys_changed'],
  });
  buses.push(signals);
  const authenticator = new ApiKeyAuthenticator(pool, hash, 60_000, () => 0);
  const keys = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
  const directory = new ProjectDirectory(prisma, keys, null, () => 0);
  const remembered = new RememberedKeys(authenticator, directory, signals);
  await signals.start();
  expect(signals.connected).toBe(true);
  return { authenticator, directory, remembered, signals };
}

it('what one process forgets of a project, the others forget too', async () => {
  const [one, other] = [await startProcess(), await startProcess()];
  const { id } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } });
  const store = new ApiKeyStore(pool, hash);
  const { secret } = await store.create({ projectId: id, mode: 'live', name: 'k' });
  for (const { authenticator, directory } of [one, other]) {
    expect(await authenticator.authenticate(secret)).not.toBeNull();
    expect(await directory.settingsOf(id)).not.toBeNull();
  }
  await pool.query('UPDATE projects SET deleted_at = now() WHERE id = $1', [id]);
  expect(other.authenticator.remembered(secret)).not.toBeNull();
  const heard = new Promise((resolve) => other.signals.subscribe('keys_changed', resolve));
  one.remembered.forget(id);
  expect(one.authenticator.remembered(secret)).toBeNull();
  await heard;
  expect(other.authenticator.remembered(secret)).toBeNull();
  expect(await other.authenticator.authenticate(secret)).toBeNull();
  expect(await other.directory.settingsOf(id)).toBeNull();
});
