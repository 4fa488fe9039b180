import { randomBytes, randomUUID } from 'node:crypto';

import { loadFirstProjectConfig } from '@reqrun/platform/config';
import { DataKeyRing, MasterKey, UnreadableError } from '@reqrun/platform/crypto';
import {
  createPool,
  createPrisma,
  DatabaseError,
  type Pool,
  type PrismaClient,
} from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ensureFirstProject } from './first-project.js';
import { ProjectDirectory, sealProviderKey } from './project-directory.js';

const SIMULATOR = 'http://127.0.0.1:4999/v1';
const KEY = 'sk-canary-0123456789-last';
const OPENAI = { OPENAI_API_KEY: KEY };

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let keys: DataKeyRing;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 4,
    applicationName: 'test',
  });
  prisma = createPrisma(pool);
  keys = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
});
afterEach(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

const ensure = (environment: Record<string, string> = {}) =>
  ensureFirstProject(prisma, keys, loadFirstProjectConfig(environment));
const directory = (simulator: string | null = SIMULATOR, now?: () => number) =>
  new ProjectDirectory(prisma, keys, simulator, now);

describe('the first project', () => {
  it('is made once, with its provider, when several starts race', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => ensure(OPENAI)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(await prisma.project.count()).toBe(1);
    expect(await prisma.providerCredential.count()).toBe(1);
  });

  it('is not there at all when it could not be made whole: the next start makes it', async () => {
    await pool.query('ALTER TABLE provider_credentials RENAME TO away');
    await expect(ensure(OPENAI)).rejects.toThrow();
    await pool.query('ALTER TABLE away RENAME TO provider_credentials');
    expect(await prisma.project.count()).toBe(0);
    expect(await prisma.dataKey.count()).toBe(0);
    const { id, created } = await ensure(OPENAI);
    expect(created).toBe(true);
    expect(await directory().targetOf(id, 'live')).toMatchObject({
      provider: 'openai',
      kind: 'openai',
      baseUrl: 'https://api.openai.com/v1',
      apiKey: KEY,
    });
  });

  it('is set as the environment says, and keeps that when the environment changes', async () => {
    const { id } = await ensure({
      REQRUN_DEFAULT_WAIT: 'true',
      REQRUN_DEFAULT_WAIT_TIMEOUT_MS: '240000',
      REQRUN_RETRY_COUNT: '5',
      REQRUN_RETRY_ON_CODES: '429,503',
      REQRUN_ON_LOST: 'fail',
      REQRUN_CALL_TIMEOUT_MS: '1234',
      REQRUN_DEADLINE_MS: '2592000000',
      REQRUN_RETRY_UNTIL_DEADLINE: 'false',
      REQRUN_IDLE_TIMEOUT_MS: '45000',
    });
    const again = await ensure({ REQRUN_RETRY_COUNT: '0' });
    expect(again).toMatchObject({ id, created: false });
    expect(await directory().settingsOf(id)).toEqual({
      defaultWait: true,
      defaultWaitTimeoutMs: 240_000,
      autoWaitTimeoutMs: 240_000,
      joinSdkRetries: true,
      maxOpenRequests: null,
      maxConcurrentCalls: null,
      policy: {
        count: 5,
        onCodes: [429, 503],
        onLost: 'fail',
        callTimeoutMs: 1234,
        deadlineMs: 2_592_000_000,
        untilDeadline: false,
        idleTimeoutMs: 45_000,
      },
      providers: [],
    });
  });

  it('waits for clients that cannot read a handle, so that a stock client gets a completion', async () => {
    const { id } = await ensure({});
    expect(await directory().settingsOf(id)).toMatchObject({
      defaultWait: 'auto',
      defaultWaitTimeoutMs: 240_000,
    });
  });

  it('runs against the simulator without a key', async () => {
    const { id, baseUrl } = await ensure({ OPENAI_BASE_URL: 'https://provider.example/v1' });
    expect(baseUrl).toBeNull();
    expect(await directory().targetOf(id, 'live')).toMatchObject({
      baseUrl: SIMULATOR,
      apiKey: null,
    });
  });

  it.each([
    ['the same key', OPENAI, false],
    ['no key any more', {}, false],
    ['another key', { OPENAI_API_KEY: 'sk-other' }, true],
    ['another address', { ...OPENAI, OPENAI_BASE_URL: 'https://other.example/v1' }, true],
  ])('says whether the environment differs: with %s', async (_, environment, expected) => {
    expect((await ensure(OPENAI)).environmentDiffers).toBe(false);
    expect((await ensure(environment)).environmentDiffers).toBe(expected);
  });
});

describe('a provider key', () => {
  it('lies in no table in plain, and is in no result that does not ask for it', async () => {
    const { id } = await ensure(OPENAI);
    const { rows } = await pool.query<{ row: string; key: Buffer }>(
      'SELECT provider_credentials::text AS row, encrypted_key AS key FROM provider_credentials',
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).not.toContain('canary');
    expect(rows[0]?.key.includes('canary')).toBe(false);
    const stored = await prisma.providerCredential.findUnique({ where: { projectId: id } });
    expect(stored).not.toHaveProperty('encryptedKey');
    expect(stored?.keyLastFour).toBe('last');
  });

  it('does not open as the key of another project', async () => {
    const { id } = await ensure(OPENAI);
    const other = await prisma.project.create({ data: { name: 'other', retryOnCodes: [] } });
    await pool.query(
      `INSERT INTO provider_credentials (id, project_id, base_url, encrypted_key, updated_at)
       SELECT $1, $2, base_url, encrypted_key, now() FROM provider_credentials WHERE project_id = $3`,
      [randomUUID(), other.id, id],
    );
    await expect(directory().targetOf(other.id, 'live')).rejects.toThrow(UnreadableError);
  });
});

describe('where calls go', () => {
  it('has an identity that changes with the base URL and with each key that is stored', async () => {
    const { id } = await ensure(OPENAI);
    const identity = async () => (await directory().targetOf(id, 'live'))?.identity;
    const first = await identity();
    expect(await identity()).toBe(first);
    await prisma.providerCredential.update({
      where: { projectId: id },
      data: { encryptedKey: await sealProviderKey(keys, id, 'sk-another') },
    });
    const second = await identity();
    await prisma.providerCredential.update({
      where: { projectId: id },
      data: { baseUrl: 'https://eu.api.openai.com/v1' },
    });
    expect(new Set([first, second, await identity()]).size).toBe(3);
  });

  it('is the simulator for every test call, whatever the project is set to', async () => {
    const { id } = await ensure(OPENAI);
    expect(await directory().targetOf(id, 'test')).toMatchObject({
      baseUrl: SIMULATOR,
      apiKey: null,
    });
    expect(await directory(null).targetOf(id, 'test')).toBeNull();
  });

  it('is nowhere for a project without a credential or that does not exist', async () => {
    const { id } = await prisma.project.create({ data: { name: 'bare', retryOnCodes: [] } });
    expect(await directory().targetOf(id, 'live')).toBeNull();
    expect(await directory().targetOf(randomUUID(), 'live')).toBeNull();
    expect(await directory().settingsOf(randomUUID())).toBeNull();
  });
});

describe('what is remembered of a project', () => {
  it('is remembered for 5 s and not longer, settings and targets alike', async () => {
    const { id } = await ensure(OPENAI);
    let now = 1_000;
    const known = directory(SIMULATOR, () => now);
    await known.settingsOf(id);
    await known.targetOf(id, 'live');
    await prisma.project.update({ where: { id }, data: { retryCount: 1 } });
    await prisma.providerCredential.update({ where: { projectId: id }, data: { baseUrl: null } });
    now += 4_999;
    expect((await known.settingsOf(id))?.policy.count).toBe(3);
    expect((await known.targetOf(id, 'live'))?.apiKey).toBe(KEY);
    now += 1;
    expect((await known.settingsOf(id))?.policy.count).toBe(1);
    expect(await known.targetOf(id, 'live')).toMatchObject({ baseUrl: SIMULATOR, apiKey: null });
  });

  it('is never a failure, and a failure has no words of the database', async () => {
    const { id } = await ensure(OPENAI);
    const known = directory();
    await pool.query('ALTER TABLE projects RENAME TO away');
    const failed = await known.settingsOf(id).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DatabaseError);
    await pool.query('ALTER TABLE away RENAME TO projects');
    expect((await known.settingsOf(id))?.policy.count).toBe(3);
  });
});
