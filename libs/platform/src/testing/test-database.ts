import { randomBytes } from 'node:crypto';

import pg from 'pg';

import { onDatabase } from '../migrations/index.js';
import { TEST_POSTGRES_URL, TEST_TEMPLATE, testEnvironment } from './environment.js';

/** A database for one test file. */
export interface TestDatabase {
  /** Connection URL of the superuser. */
  readonly connectionString: string;
  readonly name: string;
  /** Removes the database, cutting off whoever is still connected. */
  drop(): Promise<void>;
}

/** How a test database is made. */
export interface TestDatabaseOptions {
  /** Whether it starts with the product's tables (default) or with nothing. */
  readonly migrated?: boolean;
}

/** PostgreSQL's `object_in_use`: somebody is connected to the template. */
const OBJECT_IN_USE = '55006';

/**
 * Makes a database for a test on the PostgreSQL of this Jest run, as a copy of the migrated template:
 * some 50 ms, whatever the number of migrations.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = testEnvironment(TEST_POSTGRES_URL);
  const template = options.migrated === false ? 'template0' : testEnvironment(TEST_TEMPLATE);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  return {
    name,
    connectionString: onDatabase(server, name),
    drop: () => onServer(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

async function onServer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } catch (error) {
    if ((error as { code?: string }).code !== OBJECT_IN_USE) {
      throw error;
    }
    // The connection that the template was made with may still be on its way out.
    await client.query('SELECT pg_sleep(0.2)');
    await client.query(statement);
  } finally {
    await client.end();
  }
}
