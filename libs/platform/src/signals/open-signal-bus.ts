import type { Pool } from '../database/index.js';
import { PostgresSignalBus } from './postgres-signal-bus.js';
import { RedisSignalBus } from './redis-signal-bus.js';
import type { SignalBus } from './signal-bus.js';

/** What a bus is made of. */
export interface SignalBusOptions {
  redisUrl: string | undefined;
  pool: Pool;
  connectionString: string;
  applicationName: string;
}

/**
 * The bus of this installation: Redis when there is one, else PostgreSQL. Not started yet.
 *
 * @param options both possibilities
 */
export function createSignalBus(options: SignalBusOptions): SignalBus {
  return options.redisUrl === undefined
    ? new PostgresSignalBus(options.pool, options.connectionString, options.applicationName)
    : new RedisSignalBus(options.redisUrl);
}
