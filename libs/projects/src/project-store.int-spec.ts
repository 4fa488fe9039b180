import { randomBytes, randomUUID } from 'node:crypto';

import { loadFirstProjectConfig } from '@reqrun/platform/config';
import { DataKeyRing, MasterKey, UnreadableError } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { deletedProjects, removeDeletedProject } from './deleted-projects.js';
import { ensureFirstProject } from './first-project.js';
import { ProjectDirectory, sealProviderKey } from './project-directory.js';
import { ProjectStore } from './project-store.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let keys: DataKeyRing;
let store: ProjectStore;
let directory: ProjectDirectory;
let now: number;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 4,
    applicationName: 'test',
  });
  prisma = createPrisma(pool);
  keys = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
  store = new ProjectStore(pool);
  now = 1_000;
  directory = new ProjectDirectory(prisma, keys, 'http://127.0.0.1:9/v1', () => now);
});
afterEach(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

describe('a project', () => {
  it('is made with the documented policy and talks to the simulator', async () => {
    const id = await store.create('shop', { policy: { count: 1 }, payloadRetentionDays: 7 });
    expect(await store.find(id)).toMatchObject({
      name: 'shop',
      archivedAt: null,
      settings: {
        defaultWait: 'auto',
        defaultWaitTimeoutMs: 30_000,
        autoWaitTimeoutMs: 240_000,
        joinSdkRetries: true,
        maxOpenRequests: null,
        maxConcurrentCalls: null,
        policy: {
          count: 1,
          onCodes: [408, 409, 429, 500, 502, 503, 504],
          onLost: 'retry',
          untilDeadline: true,
          callTimeoutMs: 600_000,
          idleTimeoutMs: 300_000,
          deadlineMs: 86_400_000,
        },
        payloadRetentionDays: 7,
        recordRetentionDays: 90,
      },
      provider: { baseUrl: null, keyLastFour: null },
    });
    expect(await directory.targetOf(id, 'live')).toMatchObject({
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: null,
    });
  });

  it('is changed where it is said, and every process follows within 5 s', async () => {
    const id = await store.create('shop');
    expect((await directory.settingsOf(id))?.policy.count).toBe(3);
    const settings = {
      defaultWait: true,
      defaultWaitTimeoutMs: 240_000,
      policy: {
        count: 0,
        onCodes: [429],
        onLost: 'fail' as const,
        reattach: true,
        callTimeoutMs: 5,
        deadlineMs: 2_592_000_000,
      },
      payloadRetentionDays: 1,
      recordRetentionDays: 2,
    };
    expect(await store.update(id, { name: 'store', settings })).toBe(true);
    expect(await store.find(id)).toMatchObject({ name: 'store', settings });
    now += 5_000;
    expect((await directory.settingsOf(id))?.policy.count).toBe(0);
    expect(await store.update(randomUUID(), { name: 'x' })).toBe(false);
  });

  it('is listed newest first, by pages', async () => {
    const ids = [await store.create('a'), await store.create('b'), await store.create('c')];
    expect((await store.list(2)).map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    expect((await store.list(2, ids[1])).map(({ id }) => id)).toEqual([ids[0]]);
  });

  it('accepts nothing while it is archived, and everything as before when it is taken back', async () => {
    const id = await store.create('shop');
    await store.setArchived(id, true);
    expect(await directory.settingsOf(id)).toBeNull();
    const { archivedAt } = (await store.find(id))!;
    await store.setArchived(id, true);
    expect((await store.find(id))?.archivedAt).toEqual(archivedAt);
    await store.setArchived(id, false);
    now += 5_000;
    expect(await directory.settingsOf(id)).not.toBeNull();
  });

  it('has a provider with a key of which four characters are known', async () => {
    const id = await store.create('shop');
    const set = async (baseUrl: string | null, key: string | null) =>
      store.setProvider(id, {
        baseUrl,
        keyLastFour: key?.slice(-4) ?? null,
        encryptedKey: key === null ? null : await sealProviderKey(keys, id, key),
      });
    await set('https://one.example/v1', 'sk-canary-last');
    expect((await store.find(id))?.provider).toMatchObject({
      baseUrl: 'https://one.example/v1',
      keyLastFour: 'last',
    });
    expect(JSON.stringify(await store.find(id))).not.toContain('canary');
    expect(await store.moveProvider(id, 'https://two.example/v1', 'https://two.example/v2')).toBe(
      false,
    );
    await store.moveProvider(id, 'https://one.example/v1', 'https://one.example/v2');
    expect(await directory.targetOf(id, 'live')).toMatchObject({
      baseUrl: 'https://one.example/v2',
      apiKey: 'sk-canary-last',
    });
    await set(null, null);
    now += 5_000;
    expect(await directory.targetOf(id, 'live')).toMatchObject({
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: null,
    });
    const { rows } = await pool.query<{ key: Buffer | null }>(
      'SELECT encrypted_key AS key FROM provider_credentials',
    );
    expect(rows).toEqual([{ key: null }]);
  });
});

describe('a deleted project', () => {
  it('is seen by nobody, and what was sealed for it opens nowhere', async () => {
    const id = await store.create('shop');
    const sealed = await keys.seal(id, id, 'payload', Buffer.from('prompt'));
    await pool.query(
      `INSERT INTO api_keys (id, project_id, mode, name, key_hash, prefix, last_four)
       VALUES ($1, $1, 'live', '', '', '', '')`,
      [id],
    );
    expect(await store.delete(id)).toBe(true);
    expect(await store.find(id)).toBeNull();
    expect(await store.list(10)).toEqual([]);
    expect(await store.update(id, { name: 'x' })).toBe(false);
    expect(await store.delete(id)).toBe(false);
    expect(await directory.settingsOf(id)).toBeNull();
    expect(await directory.targetOf(id, 'live')).toBeNull();
    for (const table of ['api_keys', 'provider_credentials', 'data_keys']) {
      expect((await pool.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
    }
    const elsewhere = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
    await expect(elsewhere.open(id, id, 'payload', sealed)).rejects.toThrow(UnreadableError);
  });

  it('is left for the worker, which makes unreadable what a process that remembers still seals', async () => {
    const id = await store.create('shop');
    const kept = await store.create('other');
    await keys.seal(kept, kept, 'payload', Buffer.from('prompt'));
    await store.delete(id);
    await keys.seal(id, id, 'payload', Buffer.from('late'));
    expect(await deletedProjects(pool)).toEqual([{ id, forgotten: false }]);
    expect((await pool.query('SELECT FROM data_keys')).rowCount).toBe(1);
    expect(await deletedProjects(pool, -1)).toEqual([{ id, forgotten: true }]);
    await removeDeletedProject(pool, kept);
    await removeDeletedProject(pool, id);
    expect(await deletedProjects(pool)).toEqual([]);
    expect((await store.list(10)).map((project) => project.id)).toEqual([kept]);
  });

  it('is not the first project any more: the next start makes one, and prefers one in use', async () => {
    const config = loadFirstProjectConfig({});
    const { id } = await ensureFirstProject(prisma, keys, config);
    await store.setArchived(id, true);
    const used = await store.create('in use');
    expect((await ensureFirstProject(prisma, keys, config)).id).toBe(used);
    await store.delete(used);
    expect((await ensureFirstProject(prisma, keys, config)).id).toBe(id);
    await store.delete(id);
    expect(await ensureFirstProject(prisma, keys, config)).toMatchObject({ created: true });
  });

  it('notes when its live requests go to another server, and nothing else of its provider', async () => {
    const id = await store.create('moving');
    const set = (baseUrl: string | null) =>
      store.setProvider(id, { baseUrl, keyLastFour: null, encryptedKey: null });
    const changedAt = async (): Promise<string | null> => {
      const { rows } = await pool.query<{ at: string | null }>(
        'SELECT origin_changed_at::text AS at FROM provider_credentials WHERE project_id = $1',
        [id],
      );
      return rows[0]?.at ?? null;
    };
    expect(await changedAt()).toBeNull();
    await set('https://one.example/v1');
    const first = await changedAt();
    expect(first).not.toBeNull();
    await set('https://ONE.example:443/v2');
    await store.moveProvider(id, 'https://ONE.example:443/v2', 'https://one.example/v3');
    expect(await changedAt()).toBe(first);
    const seen = new Set([first]);
    for (const url of ['https://one.example:8443/v1', 'https://two.example/v1', null]) {
      await set(url);
      seen.add(await changedAt());
    }
    expect(seen.size).toBe(4);
  });
});
