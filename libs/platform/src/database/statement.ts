import type pg from 'pg';

import { toDatabaseError } from './errors.js';

/** A statement that is prepared once per connection under its name. */
export interface Statement {
  name: string;
  text: string;
}

/** Runner of statements: a pool, or one of its connections. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

/**
 * Runs a prepared statement.
 *
 * @param on the pool or connection
 * @param statement its name and text: a name belongs to one text for ever
 * @param values the parameters; Buffers travel in binary
 * @returns the rows, typed as the caller knows the statement's columns
 * @throws DatabaseError
 */
export async function run<Row extends pg.QueryResultRow>(
  on: Queryable,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  // Written out: a spread makes an object of a new kind each time, on every request's way.
  try {
    const { rows } = await on.query<Row>({ name: statement.name, text: statement.text, values });
    return rows;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/**
 * `run` that gives up sooner than the pool does, and gives up its connection.
 *
 * @param on the pool
 * @param statement its name and text
 * @param values the parameters
 * @param limitMs how long to wait for the answer once it has a connection, in ms
 * @returns the rows; the statement may have been done although they did not come
 * @throws DatabaseError
 */
export async function runWithin<Row extends pg.QueryResultRow>(
  on: pg.Pool,
  statement: Statement,
  values: unknown[],
  limitMs: number,
): Promise<Row[]> {
  const query: pg.QueryConfig & Pick<pg.ClientConfig, 'query_timeout'> = {
    ...statement,
    values,
    query_timeout: limitMs,
  };
  try {
    const { rows } = await on.query<Row>(query);
    return rows;
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/** Runs statements: a pool, one of its connections, or a transaction of Prisma's. */
export interface SqlRunner {
  query: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>;
}
