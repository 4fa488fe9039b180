import { randomBytes, randomUUID } from 'node:crypto';

import { MAX_PROVIDERS } from '@reqrun/contracts';
import { DataKeyRing, MasterKey, UnreadableError } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ProjectDirectory, sealProviderKey } from './project-directory.js';
import { ProjectStore } from './project-store.js';
import { type NewProviderRow, type Provider, ProviderStore } from './provider-store.js';

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let keys: DataKeyRing;
let projects: ProjectStore;
let store: ProviderStore;
let projectId: string;

beforeEach(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  pool = createPool({ connectionString, max: 4, applicationName: 'test' });
  prisma = createPrisma(pool);
  keys = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
  [projects, store] = [new ProjectStore(pool), new ProviderStore(pool)];
  projectId = await projects.create('shop');
});
afterEach(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

const directory = () => new ProjectDirectory(prisma, keys, 'http://127.0.0.1:9/v1');

async function add(name: string, more: Partial<NewProviderRow> = {}): Promise<Provider> {
  const id = randomUUID();
  const encryptedKey = await sealProviderKey(keys, projectId, `key-of-${name}`, id);
  const key = { encryptedKey, keyLastFour: null };
  const row = {
    ...{ id, name, kind: 'openai', apiVersion: null, models: [], streamUsage: 'auto', key },
    ...{ pacing: 'auto', breaker: 'auto' },
    ...more,
  } as const;
  expect(await store.add(projectId, { baseUrl: `https://${name}.example/v1`, ...row })).toBeNull();
  const added = await store.find(projectId, name);
  if (added === null) {
    throw new Error('it was not added');
  }
  return added;
}

describe('the providers of a project', () => {
  it('have one default, which the first one is in place of the simulator', async () => {
    expect(await store.list(projectId)).toEqual([]);
    const one = await add('one');
    const two = await add('two');
    expect((await store.list(projectId)).map(({ name }) => name)).toEqual(['one', 'two']);
    await store.makeDefault(projectId, two);
    expect((await store.list(projectId)).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['two', true],
      ['one', false],
    ]);
    const known = directory();
    expect(await known.targetOf(projectId, 'live')).toMatchObject({
      provider: 'two',
      apiKey: 'key-of-two',
    });
    expect(await known.targetOf(projectId, 'live', one.id)).toMatchObject({ apiKey: 'key-of-one' });
    expect(await known.targetOf(projectId, 'live', randomUUID())).toBeNull();
    expect((await known.settingsOf(projectId))?.providers).toHaveLength(2);
  });

  it('leave nothing behind that another provider could be taken for', async () => {
    const one = await add('one');
    expect(await store.remove(projectId, 'one')).toBeNull();
    expect(await store.list(projectId)).toEqual([]);
    await add('other');
    expect(await directory().targetOf(projectId, 'live', one.id)).toBeNull();
    await projects.setProvider(projectId, { baseUrl: null, keyLastFour: null, encryptedKey: null });
    expect(await directory().targetOf(projectId, 'live')).toMatchObject({ provider: 'simulator' });
  });

  it('are refused where a name is taken, where there are twenty, and a default that others need', async () => {
    await add('one');
    const again = { ...(await store.find(projectId, 'one')), id: randomUUID(), key: null };
    expect(await store.add(projectId, again as unknown as NewProviderRow)).toBe('taken');
    for (let n = 1; n < MAX_PROVIDERS; n += 1) {
      await add(`p${n}`);
    }
    expect(
      await store.add(projectId, { ...again, name: 'more' } as unknown as NewProviderRow),
    ).toBe('full');
    expect(await store.remove(projectId, 'one')).toBe('default');
  });

  it('two that come at once get different places: one is the default', async () => {
    await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        prisma.$transaction(async (transaction) => {
          const on = {
            query: async (text: string, values: unknown[]) => ({
              rows: await transaction.$queryRawUnsafe<unknown[]>(text, ...values),
            }),
          };
          const row = {
            ...{ kind: 'openai', apiVersion: null, models: [] },
            ...{ streamUsage: 'auto', pacing: 'auto', breaker: 'auto', key: null },
          } as const;
          const baseUrl = `https://${name}.example/v1`;
          await store.within(on).add(projectId, { id: randomUUID(), name, baseUrl, ...row });
        }),
      ),
    );
    expect((await store.list(projectId)).filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(await store.list(projectId)).toHaveLength(3);
  });

  it('have keys that open for them alone', async () => {
    const one = await add('one');
    const two = await add('two');
    await pool.query(
      `UPDATE provider_credentials SET encrypted_key =
         (SELECT encrypted_key FROM provider_credentials WHERE id = $1) WHERE id = $2`,
      [one.id, two.id],
    );
    await expect(directory().targetOf(projectId, 'live', two.id)).rejects.toThrow(UnreadableError);
    expect(await directory().targetOf(projectId, 'live', one.id)).toMatchObject({
      apiKey: 'key-of-one',
    });
  });

  it('note when they move to another server, and are not moved by who has seen another one', async () => {
    const one = await add('one');
    const movedAt = async () => {
      const { rows } = await pool.query<{ at: string | null }>(
        'SELECT origin_changed_at::text AS at FROM provider_credentials WHERE id = $1',
        [one.id],
      );
      return rows[0]?.at ?? null;
    };
    const before = await movedAt();
    expect(await store.change(one, { baseUrl: 'https://one.example/v2' })).toBe(true);
    expect(await movedAt()).toBe(before);
    expect(await store.change(one, { baseUrl: 'https://evil.example/v1' })).toBe(false);
    const [now] = await store.list(projectId);
    expect(await store.change(now ?? one, { baseUrl: 'https://new.example/v1' })).toBe(true);
    expect(await movedAt()).not.toBe(before);
  });

  it('say whether they are asked for the usage of streams; another provider in their place does not', async () => {
    const one = await add('one', { streamUsage: 'never' });
    const two = await add('two', { streamUsage: 'always' });
    const known = directory();
    expect(await known.targetOf(projectId, 'live')).toMatchObject({ streamUsage: 'never' });
    expect(await known.targetOf(projectId, 'live', two.id)).toMatchObject({
      streamUsage: 'always',
    });
    await store.change(one, { models: ['m'] });
    expect(await store.find(projectId, 'one')).toMatchObject({ streamUsage: 'never' });
    await store.change(one, { streamUsage: 'always' });
    expect(await store.find(projectId, 'one')).toMatchObject({ streamUsage: 'always' });
    const elsewhere = { baseUrl: 'https://new.example/v1', keyLastFour: null, encryptedKey: null };
    await projects.setProvider(projectId, elsewhere);
    expect((await store.list(projectId))[0]).toMatchObject({ streamUsage: 'auto' });
  });

  it('are gone with their project, keys and all', async () => {
    await add('one');
    await add('two');
    await projects.delete(projectId);
    const { rows } = await pool.query('SELECT FROM provider_credentials');
    expect(rows).toEqual([]);
  });
});

describe('a process of the version before', () => {
  /** Its statements, as they were. */
  const set = (baseUrl: string, key: Uint8Array) =>
    pool.query(
      `INSERT INTO provider_credentials (id, project_id, base_url, encrypted_key, key_last_four, updated_at)
       VALUES ($1::uuid, $2::uuid, $3, $4::bytea, $5, now())
       ON CONFLICT (project_id) DO UPDATE SET base_url = $3, encrypted_key = $4::bytea,
         key_last_four = $5, updated_at = now(), origin_changed_at =
           CASE WHEN $6 THEN now() ELSE provider_credentials.origin_changed_at END`,
      [randomUUID(), projectId, baseUrl, Buffer.from(key), null, true],
    );
  const find = async () => {
    const { rows } = await pool.query<{ base_url: string }>(
      'SELECT base_url FROM provider_credentials WHERE project_id = $1',
      [projectId],
    );
    return rows.map(({ base_url: url }) => url);
  };

  it('finds the default provider alone, and sets its server and key', async () => {
    await add('one');
    await add('two');
    expect(await find()).toEqual(['https://one.example/v1']);
    await set('https://old.example/v1', await sealProviderKey(keys, projectId, 'its key'));
    expect(await directory().targetOf(projectId, 'live')).toMatchObject({
      ...{ provider: 'one', baseUrl: 'https://old.example/v1', apiKey: 'its key' },
    });
    expect(await store.list(projectId)).toHaveLength(2);
  });

  it('reads a key that the one route of both versions has set', async () => {
    await projects.setProvider(projectId, {
      baseUrl: 'https://api.openai.com/v1',
      keyLastFour: null,
      encryptedKey: await sealProviderKey(keys, projectId, 'a key'),
    });
    const { rows } = await pool.query<{ key: Buffer }>(
      'SELECT encrypted_key AS key FROM provider_credentials WHERE project_id = $1',
      [projectId],
    );
    const opened = await keys.open(
      projectId,
      projectId,
      'provider-key',
      rows[0]?.key ?? Buffer.of(),
    );
    expect(opened.toString()).toBe('a key');
    expect(await store.list(projectId)).toMatchObject([{ name: 'openai', kind: 'openai' }]);
  });
});
