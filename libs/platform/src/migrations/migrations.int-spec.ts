import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import {
  createMigration,
  ensureDatabase,
  migrate,
  onDatabase,
  pendingMigrations,
  schemaDrift,
  type MigrateOptions,
} from './index.js';

const schema = (column = '') => `
generator client {
  provider = "prisma-client"
  output   = "generated"
}
datasource db {
  provider = "postgresql"
}
model Parent {
  id       String  @id @db.Uuid
  due      DateTime? @db.Timestamptz(3)
  body     Bytes
  children Child[]
  ${column}
}
model Child {
  id       String @id @db.Uuid
  parentId String @db.Uuid
  parent   Parent @relation(fields: [parentId], references: [id])
}
`;

/** Migration of things that the schema can't hold; with semicolons where cutting would hurt. */
const BY_HAND = `
-- by hand; Prisma cannot model these
CREATE INDEX "Parent_due" ON "Parent" ("due") WHERE "due" IS NOT NULL;
CREATE INDEX "Parent_length" ON "Parent" ((length("body")));
ALTER TABLE "Parent" ALTER COLUMN "body" SET STORAGE EXTERNAL;
ALTER TABLE "Parent" SET (fillfactor = 80);
ALTER TABLE "Parent" ADD CONSTRAINT "body_present" CHECK (length("body") > 0);
CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; RETURN 1; END $$;
`;

describe('migrations', () => {
  let folder: string;
  let database: TestDatabase;
  let options: MigrateOptions;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reqrun-migrations-'));
    database = await createTestDatabase({ migrated: false });
    options = {
      connectionString: database.connectionString,
      schemaPath: join(folder, 'schema.prisma'),
      migrationsPath: join(folder, 'migrations'),
    };
    await writeFile(options.schemaPath, schema());
  });

  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const query = async (statement: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: database.connectionString });
    await client.connect();
    const { rows } = await client
      .query<Record<string, unknown>>(statement)
      .finally(() => client.end());
    return rows;
  };
  const addMigration = async (name: string, sql: string): Promise<void> => {
    await mkdir(join(options.migrationsPath, name), { recursive: true });
    await writeFile(join(options.migrationsPath, name, 'migration.sql'), sql);
  };

  it('a migration is applied once, however often and by how many starters it is asked for', async () => {
    const path = await createMigration({ ...options, name: 'Init: the tables!' });
    expect(path).toMatch(/\/\d{14}_init_the_tables\/migration\.sql$/);
    expect(await pendingMigrations(options)).toHaveLength(1);

    const both = await Promise.all([migrate(options), migrate(options)]);

    expect(both.map((applied) => applied.length).sort()).toEqual([0, 1]);
    expect(await pendingMigrations(options)).toEqual([]);
    expect(await migrate(options)).toEqual([]);
    // The history that the Prisma CLI reads.
    const history = await query('SELECT finished_at, applied_steps_count FROM _prisma_migrations');
    expect(history).toEqual([{ finished_at: expect.any(Date) as Date, applied_steps_count: 1 }]);
  });

  it('SQL beyond the schema reaches the database whole and is no drift', async () => {
    const path = (await createMigration({ ...options, name: 'init' }))!;
    await writeFile(path, (await readFile(path, 'utf8')) + BY_HAND);

    expect(await schemaDrift(options)).toBe('');
    await migrate(options);

    expect(await query('SELECT one() AS one')).toEqual([{ one: 1 }]);
    const [index] = await query(`SELECT indexdef FROM pg_indexes WHERE indexname = 'Parent_due'`);
    expect(index!['indexdef']).toContain('WHERE (due IS NOT NULL)');
  });

  it('drift is told as the SQL that is missing from the migrations', async () => {
    await createMigration({ ...options, name: 'init' });
    await writeFile(options.schemaPath, schema('priority Int @default(0)'));

    const script = await schemaDrift(options);

    expect(script).toContain(`ADD COLUMN     "priority" INTEGER NOT NULL DEFAULT 0`);
    await createMigration({ ...options, name: 'priority', at: new Date('2999-01-01T00:00:00Z') });
    expect(await schemaDrift(options)).toBe('');
    expect(await createMigration({ ...options, name: 'nothing' })).toBeUndefined();
  });

  it('comparing leaves no database behind and does not touch the one it is given', async () => {
    await createMigration({ ...options, name: 'init' });
    const databases = `SELECT count(*)::int AS n FROM pg_database WHERE datname LIKE 'reqrun_shadow_%'`;
    expect(await schemaDrift(options)).toBe('');
    expect(await query(databases)).toEqual([{ n: 0 }]);
    expect(await query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });

  it('a migration that fails is rolled back whole, named, and stands in the way of the next start', async () => {
    await addMigration('20260101000000_good', 'CREATE TABLE good (id int);');
    await addMigration(
      '20260102000000_bad',
      `CREATE TABLE half (id int); INSERT INTO half VALUES (4711), (4711);
       CREATE UNIQUE INDEX half_id ON half (id);`,
    );

    const failure = await migrate(options).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'engine_failed' });
    expect((failure as Error).message).toContain('20260102000000_bad');
    expect((failure as Error).message).not.toContain('4711');
    expect(await query(`SELECT to_regclass('good') AS good, to_regclass('half') AS half`)).toEqual([
      { good: 'good', half: null },
    ]);
    await expect(migrate(options)).rejects.toMatchObject({ code: 'failed_before' });
    await expect(pendingMigrations(options)).rejects.toMatchObject({ code: 'failed_before' });

    // The way out that the message names.
    await query('DELETE FROM _prisma_migrations WHERE finished_at IS NULL');
    await addMigration('20260102000000_bad', 'CREATE TABLE half (id int);');
    expect(await migrate(options)).toEqual(['20260102000000_bad']);
  });

  it('an older version starts on a database that a newer one has migrated', async () => {
    await addMigration('20260101000000_old', 'CREATE TABLE old (id int);');
    await addMigration('20260102000000_new', 'CREATE TABLE new (id int);');
    await migrate(options);
    await rm(join(options.migrationsPath, '20260102000000_new'), { recursive: true });

    expect(await migrate(options)).toEqual([]);
    expect(await pendingMigrations(options)).toEqual([]);
  });

  it('a database that is missing or unreachable is an error without its password', async () => {
    for (const connectionString of [
      onDatabase(database.connectionString, 'missing'),
      'postgresql://user:s3cret@127.0.0.1:1/x',
    ]) {
      for (const attempt of [migrate, pendingMigrations]) {
        const failure = await attempt({ ...options, connectionString }).catch((e: unknown) => e);
        expect(failure).toMatchObject({ code: 'database_unavailable' });
        expect((failure as Error).message).not.toContain('s3cret');
      }
    }
  });

  it('a database is made when it is missing, by one of several starters', async () => {
    const name = `${database.name} "made"`;
    const connectionString = onDatabase(database.connectionString, name);
    try {
      const made = await Promise.all([1, 2, 3].map(() => ensureDatabase(connectionString)));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await ensureDatabase(connectionString)).toBe(false);
    } finally {
      await query(`DROP DATABASE IF EXISTS "${name.replaceAll('"', '""')}"`);
    }
  });
});
