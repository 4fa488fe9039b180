import { randomBytes } from 'node:crypto';

import { createPool, createPrisma, type Pool, type PrismaClient } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { DataKeyRing } from './data-key-ring.js';
import { KeyedHash } from './keyed-hash.js';
import { MasterKey, MasterKeyMismatchError } from './master-key.js';
import { rotateMasterKey } from './rotate-master-key.js';

const OLD = randomBytes(32);
const NEW = randomBytes(32);

let database: TestDatabase;
let pool: Pool;
let prisma: PrismaClient;
let projects: string[];

const old = new MasterKey(OLD);
/** The keys of a process in the middle of a rotation. */
const both = new MasterKey(NEW, OLD);
const fresh = new MasterKey(NEW);

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.connectionString,
    max: 8,
    applicationName: 'rotate',
  });
  prisma = createPrisma(pool);
  projects = await Promise.all(Array.from({ length: 3 }, () => addProject()));
});
afterEach(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

async function addProject(): Promise<string> {
  const { id } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } });
  return id;
}

const sealed = (ring: DataKeyRing, project: string): Promise<Buffer> =>
  ring.seal(project, project, 'payload', Buffer.from(`contents of ${project}`));
const opened = async (key: MasterKey, project: string, blob: Buffer): Promise<string> =>
  (await new DataKeyRing(pool, key).open(project, project, 'payload', blob)).toString();
const digest = async (key: MasterKey): Promise<string> =>
  (await KeyedHash.load(prisma, key, 'api-key')).digest('x').toString('hex');

describe('a rotation of the master key', () => {
  it('leaves every content and every hash as they were, under the new key alone', async () => {
    const ring = new DataKeyRing(pool, old);
    const before = await digest(old);
    const blobs = await Promise.all(projects.map((project) => sealed(ring, project)));
    const counts = await rotateMasterKey(pool, both);
    expect(counts).toEqual({ rewrapped: 4, verified: 4 });
    for (const [index, project] of projects.entries()) {
      expect(await opened(fresh, project, blobs[index]!)).toBe(`contents of ${project}`);
    }
    expect(await digest(fresh)).toBe(before);
    await expect(digest(old)).rejects.toBeInstanceOf(MasterKeyMismatchError);
  });

  it('before it begins, what a process with both keys makes can be read by one with the old key', async () => {
    const [project = ''] = projects;
    const before = await digest(both);
    const blob = await sealed(new DataKeyRing(pool, both), project);
    expect(await opened(old, project, blob)).toBe(`contents of ${project}`);
    expect(await digest(old)).toBe(before);
  });

  it('leaves no key to the old one, however many are made while it runs', async () => {
    await digest(old);
    let rotated = false;
    const making = Array.from({ length: 6 }, async () => {
      const made: [string, Buffer][] = [];
      while (!rotated) {
        const project = await addProject();
        made.push([project, await sealed(new DataKeyRing(pool, both), project)]);
      }
      return made;
    });
    await new Promise((resolve) => setImmediate(resolve));
    await rotateMasterKey(pool, both);
    rotated = true;
    const made = (await Promise.all(making)).flat();
    const late = await addProject();
    made.push([late, await sealed(new DataKeyRing(pool, both), late)]);
    for (const [project, blob] of made) {
      expect(await opened(fresh, project, blob)).toBe(`contents of ${project}`);
    }
  });

  it('that was cut short is finished by the next one, and a third finds nothing to do', async () => {
    await digest(old);
    const ring = new DataKeyRing(pool, old);
    const blobs = await Promise.all(projects.map((project) => sealed(ring, project)));
    await pool.query(
      `CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN IF NEW.master_key_id <> OLD.master_key_id THEN RAISE EXCEPTION 'cut'; END IF; RETURN NEW; END $$`,
    );
    await pool.query(
      'CREATE TRIGGER cut BEFORE UPDATE ON data_keys FOR EACH ROW EXECUTE FUNCTION cut()',
    );
    await expect(rotateMasterKey(pool, both)).rejects.toThrow();
    await pool.query('DROP TRIGGER cut ON data_keys');
    // Some are under one key and some under the other: processes with both read them all.
    for (const [index, project] of projects.entries()) {
      expect(await opened(both, project, blobs[index]!)).toBe(`contents of ${project}`);
    }
    expect(await rotateMasterKey(pool, both)).toEqual({ rewrapped: 3, verified: 4 });
    expect(await rotateMasterKey(pool, both)).toEqual({ rewrapped: 0, verified: 4 });
  });

  it('with a wrong previous key changes nothing', async () => {
    const before = await digest(old);
    await expect(rotateMasterKey(pool, new MasterKey(NEW, randomBytes(32)))).rejects.toBeInstanceOf(
      MasterKeyMismatchError,
    );
    expect(await digest(old)).toBe(before);
  });
});
