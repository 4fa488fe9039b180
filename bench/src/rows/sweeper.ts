import { createPool } from '@reqrun/platform/database';
import { sweepRetention } from '@reqrun/requests';

/*
 * Retention in a process of its own, as a worker runs it. `node sweeper.js <connection URL>` sweeps
 * once and sends what it deleted.
 */

const pool = createPool({
  connectionString: process.argv[2] ?? '',
  max: 2,
  applicationName: 'reqrun-bench-sweeper',
});
const began = performance.now();
const sweep = await sweepRetention(pool, new AbortController().signal);
await pool.end();
process.send?.({ ...sweep, seconds: (performance.now() - began) / 1000 });
process.disconnect();
