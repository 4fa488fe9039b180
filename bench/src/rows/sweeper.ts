import { createPool, HOT_PATH_PLANS } from '@reqrun/platform/database';
import { sweepRetention } from '@reqrun/requests';

/*
 * Retention in a process of its own, as a worker runs it: sweeps the database of `DATABASE_URL` once and
 * sends the numbers of what it deleted.
 */

const pool = createPool({
  connectionString: process.env['DATABASE_URL'] ?? '',
  max: 2,
  applicationName: 'reqrun-bench-sweeper',
  settings: HOT_PATH_PLANS,
});
const began = performance.now();
const sweep = await sweepRetention(pool, new AbortController().signal);
await pool.end();
process.send?.({ ...sweep, seconds: (performance.now() - began) / 1000 });
process.disconnect();
