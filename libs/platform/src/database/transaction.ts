import type pg from 'pg';

import type { Pool } from './pool.js';

/**
 * Runs statements in one transaction.
 *
 * @param pool where
 * @param work runs its statements on the connection it is handed
 * @returns what the work came to, once it is committed
 * @throws whatever the work throws; then nothing has happened
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (on: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
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
