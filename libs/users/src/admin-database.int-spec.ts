import { join } from 'node:path';

import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { migrate } from '@reqrun/platform/migrations';
import { createTestDatabase, type TestDatabase } from '@reqrun/platform/testing';

import { ADMIN_ROLE, AdminDatabase } from './admin-database.js';

const PRISMA = join(import.meta.dirname, '../../../prisma');

let database: TestDatabase;
let owner: Pool;
let pool: Pool;
let prisma: PrismaClient;

const open = (connectionString: string, role?: string): Pool =>
  createPool({
    connectionString,
    max: 2,
    applicationName: 'test',
    ...(role === undefined ? {} : { role }),
  });

beforeAll(async () => {
  database = await createTestDatabase();
  owner = open(database.connectionString);
  pool = open(database.connectionString, ADMIN_ROLE);
  prisma = createPrisma(pool);
});
afterAll(async () => {
  await prisma.$disconnect();
  await Promise.all([pool.end(), owner.end()]);
  await database.drop();
});

describe('the connections of the admin API', () => {
  it.each(['payloads', 'results', 'data_keys', 'secrets'])(
    'are denied every look at %s, each of its columns, and every change',
    async (table) => {
      const denied = { code: '42501', message: `permission denied for table ${table}` };
      for (const statement of [
        `SELECT * FROM ${table}`,
        `SELECT count(*) FROM ${table}`,
        `SELECT ctid FROM ${table}`,
        `TABLE ${table} LIMIT 0`,
        `COPY ${table} TO STDOUT`,
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
        `SELECT * FROM ${table} FOR UPDATE`,
      ]) {
        await expect(pool.query(statement)).rejects.toMatchObject(denied);
      }
      await expect(pool.query(`CREATE INDEX ON ${table} (ctid)`)).rejects.toMatchObject({
        code: '42501',
      });
    },
  );

  it.each([
    ['provider_credentials', 'encrypted_key'],
    ['api_keys', 'key_hash'],
    ['requests', 'fingerprint'],
    ['requests', 'cache_key'],
  ])('may list %s, and never read %s', async (table, column) => {
    await expect(pool.query(`SELECT id FROM ${table}`)).resolves.toBeDefined();
    await expect(pool.query(`SELECT ${column} FROM ${table}`)).rejects.toMatchObject({
      code: '42501',
    });
    await expect(pool.query(`SELECT * FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('may read all of a request but the two hashes of its body', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT attname::text AS name FROM pg_attribute
       WHERE attrelid = 'requests'::regclass AND attnum > 0 AND NOT attisdropped
         AND NOT has_column_privilege('requests', attname::text, 'SELECT')`,
    );
    expect(rows).toEqual([{ name: 'fingerprint' }, { name: 'cache_key' }]);
    await expect(
      pool.query('SELECT FROM requests a JOIN requests b USING (fingerprint)'),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('work for Prisma, which asks for no column that is kept from them', async () => {
    const { id } = await prisma.project.create({ data: { name: 'p', retryOnCodes: [] } });
    const credential = { projectId: id, encryptedKey: Uint8Array.of(1) };
    await prisma.providerCredential.upsert({
      where: { projectId: id },
      create: credential,
      update: credential,
    });
    const key = { projectId: id, mode: 'live', name: 'k', prefix: '', lastFour: '' } as const;
    await prisma.apiKey.create({ data: { ...key, keyHash: Uint8Array.of(1) } });
    await prisma.apiKey.updateMany({ where: { projectId: id }, data: { revokedAt: new Date() } });
    expect(await prisma.apiKey.findMany({ where: { projectId: id } })).toHaveLength(1);
    await prisma.project.delete({ where: { id } });
    expect(await prisma.providerCredential.count()).toBe(0);
  });

  it('have the role from their first statement on, and get it back when it is reset', async () => {
    const { rows } = await pool.query('SELECT current_user::text AS role');
    expect(rows).toEqual([{ role: ADMIN_ROLE }]);
    const client = await pool.connect();
    try {
      await client.query('RESET ROLE');
      await expect(client.query('SELECT FROM payloads')).rejects.toMatchObject({ code: '42501' });
    } finally {
      client.release(true);
    }
  });

  it('keep what else the address asks for', async () => {
    const url = new URL(database.connectionString);
    url.searchParams.set('options', '-c work_mem=5MB');
    const both = open(url.href, ADMIN_ROLE);
    const { rows } = await both.query(
      `SELECT current_user::text AS role, current_setting('work_mem') AS memory`,
    );
    expect(rows).toEqual([{ role: ADMIN_ROLE, memory: '5MB' }]);
    await both.end();
  });
});

describe('the look at these connections', () => {
  const faultOf = async (connections: Pool): Promise<string | null> => {
    const fault = await new AdminDatabase(connections, prisma).findFault();
    return fault;
  };

  it('finds nothing wrong with them', async () => {
    expect(await faultOf(pool)).toBeNull();
  });

  it('finds connections that are not under the role', async () => {
    expect(await faultOf(owner)).toMatch(/not of the role reqrun_admin/);
  });

  it('finds a login that may not take the role, and says what to do', async () => {
    const login = `login_${database.name}`;
    await owner.query(`CREATE ROLE ${login} LOGIN PASSWORD 'x'`);
    const url = new URL(database.connectionString);
    url.username = login;
    url.password = 'x';
    const stranger = open(url.href, ADMIN_ROLE);
    expect(await faultOf(stranger)).toMatch(/GRANT reqrun_admin TO/);
    await stranger.end();
    // The login of its own that a deployment may have: a member of the role and nothing else.
    await owner.query(`GRANT ${ADMIN_ROLE} TO ${login}`);
    const member = open(url.href, ADMIN_ROLE);
    expect(await faultOf(member)).toBeNull();
    await member.end();
    await owner.query(`DROP ROLE ${login}`);
  });

  it('finds nothing wrong where the owner of the tables is no superuser, once it has the role', async () => {
    const name = `plain_${database.name}`;
    await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD 'x'`);
    await owner.query(`CREATE DATABASE ${name} OWNER ${name}`);
    const url = new URL(database.connectionString);
    url.username = name;
    url.password = 'x';
    url.pathname = `/${name}`;
    // The role is there, another's: the migrations grant to it, and can't take it.
    await migrate({
      connectionString: url.href,
      schemaPath: join(PRISMA, 'schema.prisma'),
      migrationsPath: join(PRISMA, 'migrations'),
    });
    const connections = open(url.href, ADMIN_ROLE);
    expect(await faultOf(connections)).toMatch(/GRANT reqrun_admin TO/);
    await owner.query(`GRANT ${ADMIN_ROLE} TO ${name}`);
    expect(await faultOf(connections)).toBeNull();
    await expect(connections.query('SELECT FROM payloads')).rejects.toMatchObject({
      code: '42501',
    });
    await connections.end();
    await owner.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await owner.query(`DROP ROLE ${name}`);
  });

  it('finds a role that was given more than it may have', async () => {
    await owner.query(`GRANT SELECT (request_id) ON payloads TO ${ADMIN_ROLE}`);
    expect(await faultOf(pool)).toMatch(/may read payloads/);
    await owner.query(`REVOKE SELECT (request_id) ON payloads FROM ${ADMIN_ROLE}`);
  });

  it.each([
    ['requests', 'fingerprint'],
    ['api_keys', 'key_hash'],
    ['provider_credentials', 'encrypted_key'],
  ])('finds a role that was given %s.%s', async (table, column) => {
    await owner.query(`GRANT SELECT (${column}) ON ${table} TO ${ADMIN_ROLE}`);
    expect(await faultOf(pool)).toMatch(`may read ${table}.${column}`);
    await owner.query(`REVOKE SELECT (${column}) ON ${table} FROM ${ADMIN_ROLE}`);
    expect(await faultOf(pool)).toBeNull();
  });
});
