import { join } from 'node:path';

import pg from 'pg';

import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { migrate } from './index.js';

const ROOT = join(import.meta.dirname, '../../../..');

let database: TestDatabase;
let login: string;

async function administrate(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

/** Migrates as a user that a managed server would hand out. */
async function migrateAsLogin(): Promise<string[]> {
  const url = new URL(database.connectionString);
  url.username = login;
  url.password = 'x';
  const said: string[] = [];
  await migrate({
    connectionString: url.href,
    schemaPath: join(ROOT, 'prisma', 'schema.prisma'),
    migrationsPath: join(ROOT, 'prisma', 'migrations'),
    onProgress: (line) => said.push(line),
  });
  return said;
}

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  login = `login_${database.name}`;
  await administrate(
    // As on every PostgreSQL since 15.
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
    `CREATE ROLE ${login} LOGIN PASSWORD 'x' IN ROLE reqrun_admin`,
  );
});
afterEach(async () => {
  await administrate(`DROP OWNED BY ${login} CASCADE`);
  await administrate(`ALTER DATABASE ${database.name} OWNER TO postgres`, `DROP ROLE ${login}`);
  await database.drop();
});

describe('a user that owns nothing', () => {
  it('is told which statements an administrator has to run, and then migrates', async () => {
    const refused = await migrateAsLogin().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'not_allowed' });
    const { message } = refused as Error;
    const statements = message.slice(message.indexOf('GRANT')).split(/(?<=;) /);
    expect(statements).toHaveLength(2);
    await administrate(...statements);
    expect(await migrateAsLogin()).toEqual([expect.stringMatching(/^Applied \d+ migrations/)]);
  });

  it('migrates as the owner of the database without a word about rights', async () => {
    await administrate(`ALTER DATABASE ${database.name} OWNER TO ${login}`);
    await administrate(`GRANT CREATE ON SCHEMA public TO ${login}`);
    expect(await migrateAsLogin()).toEqual([expect.stringMatching(/^Applied \d+ migrations/)]);
  });
});
