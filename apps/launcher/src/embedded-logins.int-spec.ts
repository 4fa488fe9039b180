import { join } from 'node:path';
import { rm } from 'node:fs/promises';

import { ADMIN_ROLE, AdminDatabase } from '@reqrun/users';
import { createPool, createPrisma, type Pool } from '@reqrun/platform/database';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase } from '@reqrun/platform/migrations';
import { makeRunFolder, postgresIn } from '@reqrun/platform/testing';

import { applyMigrations } from './apply-migrations.js';
import { type EmbeddedLogins, ensureEmbeddedLogins } from './embedded-logins.js';

let folder: string;
let server: EmbeddedPostgres;
const pools: Pool[] = [];

beforeAll(async () => {
  folder = await makeRunFolder('logins');
  server = await startEmbeddedPostgres({
    dataDirectory: postgresIn(folder),
    settings: { fsync: 'off', shared_buffers: '16MB' },
    systemDirectory: join(folder, 'system'),
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});

function open(connectionString: string, role?: string): Pool {
  const pool = createPool({
    connectionString,
    max: 1,
    applicationName: 'test',
    ...(role === undefined ? {} : { role }),
  });
  pools.push(pool);
  return pool;
}

const silent = (): undefined => undefined;

/** As `npm start` does it. */
async function start(database: string): Promise<EmbeddedLogins> {
  const logins = await ensureEmbeddedLogins(server.connectionString(database));
  await applyMigrations(logins.databaseUrl, silent, true);
  return logins;
}

/** As the versions before did it: everything is the superuser's. */
async function startAsSuperuser(database: string): Promise<void> {
  const url = server.connectionString(database);
  await ensureDatabase(url);
  await applyMigrations(url, silent);
  await open(url).query(`
    INSERT INTO projects (id, name, retry_on_codes) VALUES (gen_random_uuid(), 'kept', '{}');
    CREATE SCHEMA timers; CREATE TABLE timers.jobs (id bigserial PRIMARY KEY);
    CREATE SEQUENCE timers.alone; CREATE TYPE timers.state AS ENUM ('a')`);
}

const IS_SUPERUSER = `SELECT rolsuper FROM pg_roles WHERE rolname = session_user`;

describe.each([
  ['a new home', () => Promise.resolve()],
  ['a home of an earlier version', startAsSuperuser],
])('%s', (_title, before) => {
  let logins: EmbeddedLogins;

  beforeAll(async () => {
    const name = before === startAsSuperuser ? 'earlier' : 'fresh';
    await before(name);
    logins = await start(name);
  });

  it.each(['SET ROLE NONE', 'RESET ROLE', `SET SESSION AUTHORIZATION DEFAULT`])(
    'lets the admin API out of its role by no %s',
    async (statement) => {
      const pool = open(logins.adminDatabaseUrl, ADMIN_ROLE);
      await pool.query(statement);
      for (const table of ['payloads', 'results', 'data_keys', 'secrets']) {
        await expect(pool.query(`SELECT FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
      }
      for (const role of ['reqrun', 'postgres']) {
        await expect(pool.query(`SET ROLE ${role}`)).rejects.toMatchObject({ code: '42501' });
      }
    },
  );

  it('gives API and worker a login that is no superuser and owns all there is', async () => {
    const pool = open(logins.databaseUrl);
    expect((await pool.query(IS_SUPERUSER)).rows).toEqual([{ rolsuper: false }]);
    for (const statement of [
      'SET ROLE postgres',
      'SELECT pg_read_file($$/etc/passwd$$)',
      'CREATE ROLE other',
      `COPY projects TO PROGRAM 'cat'`,
    ]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    const { rows } = await pool.query(
      `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         AND c.relowner <> 'reqrun'::regrole
       UNION ALL SELECT typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         AND t.typowner <> 'reqrun'::regrole`,
    );
    expect(rows).toEqual([]);
    await pool.query('ALTER TABLE projects ADD COLUMN later int');
    await pool.query('ALTER TABLE projects DROP COLUMN later');
  });

  it('has an admin API with nothing wrong', async () => {
    const pool = open(logins.adminDatabaseUrl, ADMIN_ROLE);
    expect(await new AdminDatabase(pool, createPrisma(pool)).findFault()).toBeNull();
  });

  it('has the same logins after the next start', async () => {
    expect(await ensureEmbeddedLogins(server.connectionString(nameOf(logins)))).toEqual(logins);
    await open(logins.databaseUrl).query('SELECT');
  });
});

it('keeps what a home of an earlier version holds', async () => {
  const { databaseUrl } = await ensureEmbeddedLogins(server.connectionString('earlier'));
  const { rows } = await open(databaseUrl).query('SELECT name FROM projects');
  expect(rows).toEqual([{ name: 'kept' }]);
});

function nameOf({ databaseUrl }: EmbeddedLogins): string {
  return new URL(databaseUrl).pathname.slice(1);
}
