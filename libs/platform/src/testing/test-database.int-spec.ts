import pg from 'pg';

import { createTestDatabase } from './index.js';

async function tables(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
    );
    return rows[0]!.n;
  } finally {
    await client.end();
  }
}

async function run(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

describe('createTestDatabase', () => {
  it('gives two tests databases that do not see each other', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    try {
      const before = await tables(two.connectionString);
      await run(one.connectionString, 'CREATE TABLE only_here (id int)');
      expect(await tables(one.connectionString)).toBe(before + 1);
      expect(await tables(two.connectionString)).toBe(before);
    } finally {
      await Promise.all([one.drop(), two.drop()]);
    }
  });

  it('drops a database that is still connected to, and for good', async () => {
    const database = await createTestDatabase({ migrated: false });
    const client = new pg.Client({ connectionString: database.connectionString });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(tables(database.connectionString)).rejects.toMatchObject({ code: '3D000' });
    await client.end().catch(() => undefined);
  });
});
