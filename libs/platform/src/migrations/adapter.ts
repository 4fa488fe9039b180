import { randomUUID } from 'node:crypto';

import { PrismaPg } from '@prisma/adapter-pg';
import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

import { onDatabase } from './databases.js';

/**
 * Prisma's PostgreSQL adapter for the schema engine, put right in two points (version 7.10.0):
 *
 * - It cuts a script at every semicolon, also inside of comments and function bodies, and runs the
 *   pieces outside of a transaction. Here the script goes to the server whole, as Prisma's native
 *   engine sends it: PostgreSQL splits it and runs it as one transaction.
 * - Given a connection URL its shadow database is the main one (the URL's database wins), and it
 *   drops the shadow while still connected to it. Here the shadow has a URL and an order of its own.
 */
export function migrationAdapter(
  pool: pg.Pool,
  connectionString: string,
): SqlMigrationAwareDriverAdapterFactory {
  const main = new PrismaPg(pool);
  return {
    provider: main.provider,
    adapterName: main.adapterName,
    connect: async () => withWholeScripts(await main.connect()),
    connectToShadowDb: async () => {
      const name = `reqrun_shadow_${randomUUID()}`;
      await pool.query(`CREATE DATABASE "${name}"`);
      const shadowPool = openPool(onDatabase(connectionString, name));
      const shadow = withWholeScripts(await new PrismaPg(shadowPool).connect());
      shadow.dispose = async () => {
        await shadowPool.end();
        await pool.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      };
      return shadow;
    },
  };
}

function withWholeScripts(adapter: SqlDriverAdapter): SqlDriverAdapter {
  adapter.executeScript = async (script) => {
    // Without arguments this is PostgreSQL's simple query protocol, which takes several statements.
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
  };
  return adapter;
}

/** A pool of one connection: the engine works step by step. */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 10_000 });
  // A pool without a listener ends the process when the server goes away; queries fail by themselves.
  pool.on('error', () => undefined);
  return pool;
}
