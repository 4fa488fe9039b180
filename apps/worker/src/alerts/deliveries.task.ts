import type { Courier } from '@reqrun/alerts';

import type { PeriodicJob } from '../periodic-task.js';

/**
 * Sends the notifications of alerts that are due. They are rows of a table that every worker reads: none is lost with
 * a worker.
 *
 * @param courier sends them
 * @param everyMs pause between two rounds, in ms
 */
export const alertDeliveriesTask = (courier: Courier, everyMs: number): PeriodicJob => ({
  name: 'alert_deliveries',
  everyMs,
  run: (signal) => courier.deliverDue(signal),
});
