import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

import type { Pool } from '../database/index.js';

/**
 * A process's metrics: Node's own, and how its database connections are used.
 *
 * @param service a label on every sample
 * @param pool the connections to watch
 */
export function createRegistry(service: string, pool: Pool): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  // How often the event loop's lag is looked at, in ms: each time wakes an idle process.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  new Gauge({
    name: 'reqrun_database_connections',
    help: 'Connections to PostgreSQL by what they do; waiting counts statements without one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  return registry;
}
