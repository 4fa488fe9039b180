import type pg from 'pg';

import { toDatabaseError } from './errors.js';
import type { Pool } from './pool.js';

/**
 * Runs statements in one transaction.
 *
 * @param pool where
 * @param work runs its statements on the connection it is handed
 * @returns what the work came to, once it is committed
 * @throws whatever the work throws, then nothing has happened; DatabaseError when the transaction fails
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (on: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch(rethrow);
  let broken = true;
  try {
    await client.query('BEGIN').catch(rethrow);
    const value = await work(client);
    await client.query('COMMIT').catch(rethrow);
    broken = false;
    return value;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => (broken = false),
      () => undefined,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

function rethrow(error: unknown): never {
  throw toDatabaseError(error);
}
