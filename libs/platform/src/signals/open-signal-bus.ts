import type { Pool } from '../database/index.js';
import type { RedisPlace } from '../redis/index.js';
import { PostgresSignalBus } from './postgres-signal-bus.js';
import { RedisSignalBus } from './redis-signal-bus.js';
import { type Signal, type SignalBus, SIGNALS } from './signal-bus.js';

/** Parts of a bus. */
export interface SignalBusOptions {
  redis: RedisPlace | undefined;
  pool: Pool;
  connectionString: string;
  applicationName: string;
  /** Signals that this process subscribes to; each signal that arrives wakes it. All by default. */
  subscribes?: readonly Signal[];
}

/**
 * The bus of this installation: Redis when there is one, else PostgreSQL. Not started yet.
 *
 * @param options both possibilities
 */
export function createSignalBus(options: SignalBusOptions): SignalBus {
  const { redis, pool, connectionString, applicationName, subscribes = SIGNALS } = options;
  return redis === undefined
    ? new PostgresSignalBus(pool, connectionString, applicationName, subscribes)
    : new RedisSignalBus(redis, subscribes);
}
