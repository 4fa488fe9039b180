import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { ensureRole } from './index.js';

let database: TestDatabase;
let role: string;
let login: string;

const asLogin = (): string => {
  const url = new URL(database.connectionString);
  url.username = login;
  url.password = 'x';
  return url.href;
};

async function query(connectionString: string, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) {
      ({ rows } = await client.query<Record<string, unknown>>(statement));
    }
    return rows;
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  role = `role_${database.name}`;
  login = `login_${database.name}`;
});
afterEach(async () => {
  await query(
    database.connectionString,
    `DROP ROLE IF EXISTS ${role}`,
    `DROP ROLE IF EXISTS ${login}`,
  );
  await database.drop();
});

describe('a role of the server', () => {
  it('is made once, when many starts race for it', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => ensureRole(database.connectionString, role)),
    );
    expect(all).toEqual(Array(8).fill(true));
    expect(await query(database.connectionString, `SET ROLE ${role}`, 'SELECT 1 AS one')).toEqual([
      { one: 1 },
    ]);
  });

  it('can be taken by the user who made it, and who is no superuser', async () => {
    await query(database.connectionString, `CREATE ROLE ${login} LOGIN CREATEROLE PASSWORD 'x'`);
    expect(await ensureRole(asLogin(), role)).toBe(true);
    expect(await ensureRole(asLogin(), role)).toBe(true);
    expect(await query(asLogin(), `SET ROLE ${role}`, 'SELECT current_user::text AS role')).toEqual(
      [{ role }],
    );
    await query(asLogin(), `DROP ROLE ${role}`);
  });

  it('that the user may not make is asked of an administrator, in words to be copied', async () => {
    await query(database.connectionString, `CREATE ROLE ${login} LOGIN PASSWORD 'x'`);
    await expect(ensureRole(asLogin(), role)).rejects.toMatchObject({
      code: 'role_missing',
      message: expect.stringContaining(
        `CREATE ROLE "${role}" NOLOGIN; GRANT "${role}" TO "${login}";`,
      ) as unknown,
    });
    await query(database.connectionString, `CREATE ROLE "${role}" NOLOGIN`);
    expect(await ensureRole(asLogin(), role)).toBe(false);
    await query(database.connectionString, `GRANT "${role}" TO "${login}"`);
    expect(await ensureRole(asLogin(), role)).toBe(true);
  });
});
