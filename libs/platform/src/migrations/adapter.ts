import { randomUUID } from 'node:crypto';

import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

import { onDatabase } from '../database/index.js';

/**
 * Prisma's PostgreSQL adapter for the schema engine, put right in three points (version 7.10.0):
 *
 * - It cuts a script at every semicolon, also inside of comments and function bodies, and runs the
 *   pieces outside of a transaction. Here the script goes to the server whole, as Prisma's native
 *   engine sends it: PostgreSQL splits it and runs it as one transaction.
 * - Given a connection URL its shadow database is the main one (the URL's database wins), and it
 *   drops the shadow while still connected to it. Here the shadow has a URL and an order of its own.
 * - It does not know the type `"char"`, in which PostgreSQL's catalogs tell about foreign keys and
 *   partitions, so that the engine could not read a database back.
 */
export function migrationAdapter(
  pool: pg.Pool,
  connectionString: string,
): SqlMigrationAwareDriverAdapterFactory {
  const main = new PrismaPg(pool);
  return {
    provider: main.provider,
    adapterName: main.adapterName,
    connect: async () => putRight(await main.connect()),
    connectToShadowDb: async () => {
      const name = `reqrun_shadow_${randomUUID()}`;
      await pool.query(`CREATE DATABASE "${name}"`);
      const shadowPool = openPool(onDatabase(connectionString, name));
      const shadow = putRight(await new PrismaPg(shadowPool).connect());
      shadow.dispose = async () => {
        await shadowPool.end();
        await pool.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      };
      return shadow;
    },
  };
}

function putRight(adapter: SqlDriverAdapter): SqlDriverAdapter {
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    const columns = charColumns.get(result.rows) ?? [];
    const columnTypes = result.columnTypes.map((type, index) =>
      columns.includes(index) ? ColumnTypeEnum.Character : type,
    );
    return { ...result, columnTypes };
  };
  adapter.executeScript = async (script) => {
    // Without arguments this is PostgreSQL's simple query protocol, which takes several statements.
    await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
  };
  return adapter;
}

/** PostgreSQL's type `"char"`, one byte, of which its catalogs make use; and `text`. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Columns of a result that were of the type `"char"`, by the array of its rows. */
const charColumns = new WeakMap<object, readonly number[]>();

/** Lets the adapter take `"char"` for text, and keeps in mind where it did. */
function noteCharColumns(pool: pg.Pool): void {
  const query = pool.query.bind(pool) as (...given: unknown[]) => Promise<pg.QueryResult>;
  const noting = async (...given: unknown[]): Promise<pg.QueryResult> => {
    const result = await query(...given);
    // A script of several statements has several results, and no use for any.
    if (!Array.isArray(result)) {
      const columns = result.fields.flatMap(({ dataTypeID }, index) =>
        dataTypeID === CHAR_OID ? [index] : [],
      );
      for (const index of columns) {
        Object.assign(result.fields[index] ?? {}, { dataTypeID: TEXT_OID });
      }
      charColumns.set(result.rows, columns);
    }
    return result;
  };
  Object.assign(pool, { query: noting });
}

/** A pool of one connection: the engine works step by step. */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 10_000 });
  // A pool without a listener ends the process when the server goes away; queries fail by themselves.
  pool.on('error', () => undefined);
  noteCharColumns(pool);
  return pool;
}
