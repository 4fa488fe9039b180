import { randomBytes } from 'node:crypto';

import { KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ApiKeyAuthenticator } from './api-key-authenticator.js';
import { ApiKeyStore, type CreatedApiKey } from './api-key-store.js';
import { misusedKeys, unusedKeys } from './key-watch.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let hash: KeyedHash;
let store: ApiKeyStore;
let projectId: string;

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
beforeEach(async () => {
  ({ id: projectId } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } }));
});

const create = (name: string): Promise<CreatedApiKey> =>
  store.create({ projectId, mode: 'live', name });
const change = (id: string, assignment: string) =>
  pool.query(`UPDATE api_keys SET ${assignment} WHERE id = $1`, [id]);
const namesOf = (keys: readonly { name: string }[]): string[] => keys.map(({ name }) => name);

it('unused keys are those that work and were not used for the given days', async () => {
  const [never, longAgo, lately, revoked] = [
    await create('never'),
    await create('long ago'),
    await create('lately'),
    await create('revoked'),
  ];
  await create('new');
  await change(never.id, `created_at = now() - interval '31 days'`);
  await change(longAgo.id, `last_used_at = now() - interval '40 days'`);
  await change(lately.id, `created_at = now() - interval '90 days', last_used_at = now()`);
  await change(revoked.id, `created_at = now() - interval '90 days', revoked_at = now()`);
  expect(namesOf(await unusedKeys(pool, projectId, 'live', 30))).toEqual(['long ago', 'never']);
  expect(await unusedKeys(pool, projectId, 'test', 30)).toEqual([]);
});

it('a call with a revoked or expired key is noted, one with an unknown key changes nothing', async () => {
  const [revoked, expired, working] = [
    await create('revoked'),
    await create('expired'),
    await create('working'),
  ];
  await change(revoked.id, 'revoked_at = now()');
  await change(expired.id, `expires_at = now() - interval '1 second'`);
  for (const { secret } of [revoked, expired]) {
    // The first refusal of a process is written at once.
    const authenticator = new ApiKeyAuthenticator(pool, hash, 0);
    expect(await authenticator.authenticate(secret)).toBeNull();
    expect(await authenticator.authenticate(`${secret.slice(0, -1)}A`)).toBeNull();
    expect(await authenticator.authenticate(working.secret)).not.toBeNull();
  }
  const misused = async () => namesOf(await misusedKeys(pool, projectId, 'live', 60)).sort();
  while ((await misused()).length < 2) {
    // Each check is a round trip.
  }
  expect(await misused()).toEqual(['expired', 'revoked']);
  await pool.query(`UPDATE api_keys SET last_refused_at = now() - interval '61 minutes'`);
  expect(await misusedKeys(pool, projectId, 'live', 60)).toEqual([]);
});
