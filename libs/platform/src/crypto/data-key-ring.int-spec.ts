import { randomBytes, randomUUID } from 'node:crypto';

import { createPool, createPrisma, type Pool, type PrismaClient } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { UnreadableError } from './aead.js';
import { DataKeyRing } from './data-key-ring.js';
import { KeyedHash } from './keyed-hash.js';
import { MasterKey, MasterKeyMismatchError } from './master-key.js';

const CONTENT = Buffer.from('the prompt');
const OWNER = randomUUID();

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
const master = new MasterKey(randomBytes(32));

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 8,
    applicationName: 'test',
  });
  prisma = createPrisma(pool);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

async function makeProject(): Promise<string> {
  const { id } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } });
  return id;
}

const keysOf = (projectId: string): Promise<{ id: number; uses: bigint }[]> =>
  prisma.dataKey.findMany({ where: { projectId }, orderBy: { id: 'asc' } });

describe('a ring of data keys', () => {
  it('opens in one process what another has sealed', async () => {
    const project = await makeProject();
    const blob = await new DataKeyRing(pool, master).seal(project, OWNER, 'payload', CONTENT);
    const other = new DataKeyRing(pool, master);
    expect(await other.open(project, OWNER, 'payload', blob)).toEqual(CONTENT);
  });

  it('opens a blob at no other place: owner, kind and project must be the same', async () => {
    const [project, stranger] = [await makeProject(), await makeProject()];
    const ring = new DataKeyRing(pool, master);
    const blob = await ring.seal(project, OWNER, 'payload', CONTENT);
    await ring.seal(stranger, OWNER, 'payload', CONTENT);
    await expect(ring.open(project, randomUUID(), 'payload', blob)).rejects.toThrow(
      UnreadableError,
    );
    await expect(ring.open(project, OWNER, 'result', blob)).rejects.toThrow(UnreadableError);
    await expect(ring.open(stranger, OWNER, 'payload', blob)).rejects.toThrow(UnreadableError);
  });

  it('opens nothing under the id of another key, of the same project or not', async () => {
    const [project, stranger] = [await makeProject(), await makeProject()];
    const ring = new DataKeyRing(pool, master);
    const blob = await ring.seal(project, OWNER, 'payload', CONTENT);
    const foreign = await ring.seal(stranger, OWNER, 'payload', CONTENT);
    const second = await prisma.dataKey.create({
      data: {
        projectId: project,
        wrapped: Uint8Array.from(master.wrap(`data-key|${project}`, randomBytes(32))),
        masterKeyId: master.id,
      },
    });
    for (const keyId of [foreign.readUInt32BE(1), second.id, 2 ** 31 - 1]) {
      const swapped = Buffer.from(blob);
      swapped.writeUInt32BE(keyId, 1);
      await expect(ring.open(project, OWNER, 'payload', swapped)).rejects.toThrow(UnreadableError);
    }
  });

  it('makes one key for all that one process seals at the same time', async () => {
    const project = await makeProject();
    const ring = new DataKeyRing(pool, master);
    await Promise.all(
      Array.from({ length: 50 }, () => ring.seal(project, OWNER, 'payload', CONTENT)),
    );
    expect(await keysOf(project)).toHaveLength(1);
  });

  it('loses nothing when two processes make the first key at once: each blob names its own, both are kept', async () => {
    const project = await makeProject();
    const rings = Array.from({ length: 6 }, () => new DataKeyRing(pool, master));
    const blobs = await Promise.all(
      rings.map((ring) => ring.seal(project, OWNER, 'payload', CONTENT)),
    );
    const fresh = new DataKeyRing(pool, master);
    for (const blob of blobs) {
      expect(await fresh.open(project, OWNER, 'payload', blob)).toEqual(CONTENT);
    }
    // From now on all use the newest one.
    const newest = (await keysOf(project)).at(-1)?.id;
    expect((await fresh.seal(project, OWNER, 'payload', CONTENT)).readUInt32BE(1)).toBe(newest);
  });

  it('follows with a new key when the uses of one are spent, and never exceeds them', async () => {
    const project = await makeProject();
    const limits = { reservation: 4, maxUses: 8, forgetAfterMs: 60_000, now: Date.now };
    const one = new DataKeyRing(pool, master, limits);
    const other = new DataKeyRing(pool, master, limits);
    await one.seal(project, OWNER, 'payload', CONTENT);
    const blobs = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? one : other).seal(project, OWNER, 'payload', CONTENT),
      ),
    );
    const uses = new Map<number, number>();
    for (const blob of blobs) {
      const id = blob.readUInt32BE(1);
      uses.set(id, (uses.get(id) ?? 0) + 1);
      expect(await one.open(project, OWNER, 'payload', blob)).toEqual(CONTENT);
    }
    expect(Math.max(...uses.values())).toBeLessThanOrEqual(8);
    expect(uses.size).toBeGreaterThanOrEqual(5);
    for (const key of await keysOf(project)) {
      expect(key.uses).toBeLessThanOrEqual(8n);
    }
  });

  it('reads nothing of a project whose keys were deleted, within the time they are remembered', async () => {
    const project = await makeProject();
    let now = 0;
    const ring = new DataKeyRing(pool, master, {
      reservation: 100,
      maxUses: 1000,
      forgetAfterMs: 60_000,
      now: () => now,
    });
    const blob = await ring.seal(project, OWNER, 'payload', CONTENT);
    expect(await ring.open(project, OWNER, 'payload', blob)).toEqual(CONTENT);
    await prisma.project.delete({ where: { id: project } });
    expect(await keysOf(project)).toEqual([]);
    await expect(
      new DataKeyRing(pool, master).open(project, OWNER, 'payload', blob),
    ).rejects.toThrow(UnreadableError);
    now = 60_000;
    await expect(ring.open(project, OWNER, 'payload', blob)).rejects.toThrow(UnreadableError);
  });

  it('does not open under another master key, and says so', async () => {
    const project = await makeProject();
    const blob = await new DataKeyRing(pool, master).seal(project, OWNER, 'payload', CONTENT);
    const wrong = new DataKeyRing(pool, new MasterKey(randomBytes(32)));
    await expect(wrong.open(project, OWNER, 'payload', blob)).rejects.toThrow(
      MasterKeyMismatchError,
    );
    await expect(wrong.seal(project, OWNER, 'payload', CONTENT)).rejects.toThrow(
      MasterKeyMismatchError,
    );
  });

  it('does not remember a failure', async () => {
    const id = randomUUID();
    const ring = new DataKeyRing(pool, master);
    await expect(ring.seal(id, OWNER, 'payload', CONTENT)).rejects.toMatchObject({ code: '23503' });
    await prisma.project.create({ data: { id, name: 'p', retryOnCodes: [] } });
    await expect(ring.seal(id, OWNER, 'payload', CONTENT)).resolves.toBeInstanceOf(Buffer);
  });

  it('makes a key inside a transaction, and leaves none when that is rolled back', async () => {
    const ring = new DataKeyRing(pool, master);
    const id = randomUUID();
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query("INSERT INTO projects (id, name, retry_on_codes) VALUES ($1, 'p', '{}')", [
      id,
    ]);
    await ring.within(client).seal(id, id, 'provider-key', CONTENT);
    await client.query('ROLLBACK');
    client.release();
    expect(await keysOf(id)).toEqual([]);
  });
});

describe('a keyed hash', () => {
  it('is the same for all processes, first start included, and another for each purpose', async () => {
    const hashes = await Promise.all(
      Array.from({ length: 6 }, () => KeyedHash.load(prisma, master, 'api-key')),
    );
    const digests = new Set(hashes.map((hash) => hash.digest('key').toString('hex')));
    expect(digests.size).toBe(1);
    const fingerprint = await KeyedHash.load(prisma, master, 'fingerprint');
    expect(digests).not.toContain(fingerprint.digest('key').toString('hex'));
  });

  it('tells lists of parts apart that read the same in a row', async () => {
    const hash = await KeyedHash.load(prisma, master, 'api-key');
    const digests = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', '']].map((parts) =>
      hash.digest(...parts).toString('hex'),
    );
    expect(new Set(digests).size).toBe(4);
  });

  it('is the same for a text as for its pieces, however long they are', async () => {
    const hash = await KeyedHash.load(prisma, master, 'fingerprint');
    const text = `a${'😀'.repeat(400_000)}é`;
    const bytes = Buffer.from(text);
    const whole = hash.digest('a', 'b', bytes);
    for (const pieces of [[bytes], [text], [text.slice(0, 3), bytes.subarray(5)]]) {
      expect(await hash.digestGradually(pieces, 'a', 'b')).toEqual(whole);
    }
  });

  it('does not load under another master key: that stops a start', async () => {
    await KeyedHash.load(prisma, master, 'api-key');
    const wrong = new MasterKey(randomBytes(32));
    await expect(KeyedHash.load(prisma, wrong, 'api-key')).rejects.toThrow(MasterKeyMismatchError);
  });

  it('keeps its secret wrapped: the table does not hold it in plain', async () => {
    const hash = await KeyedHash.load(prisma, master, 'fingerprint');
    const [{ wrapped } = { wrapped: new Uint8Array() }] = await prisma.secret.findMany({
      where: { name: 'fingerprint' },
    });
    const secret = master.unwrap('fingerprint', wrapped);
    expect(Buffer.from(wrapped).includes(secret)).toBe(false);
    expect(hash.digest('x')).toHaveLength(32);
  });
});
