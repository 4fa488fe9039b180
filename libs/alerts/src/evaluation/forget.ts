import { type Pool, run } from '@reqrun/platform/database';

/** Time for which alerts that are over, and tests, are kept. */
const KEPT = `interval '90 days'`;

const FORGET_ALERTS = `DELETE FROM alerts WHERE resolved_at < now() - ${KEPT}`;
const FORGET_TESTS = `
DELETE FROM alert_deliveries WHERE alert_id IS NULL AND state <> 'pending' AND created_at < now() - ${KEPT}`;

/**
 * Deletes alerts that have been over for 90 days, with their deliveries, and tests of that age.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function forgetAlerts(pool: Pool): Promise<void> {
  await run(pool, { name: 'alerts-forget', text: FORGET_ALERTS }, []);
  await run(pool, { name: 'alerts-forget-tests', text: FORGET_TESTS }, []);
}
