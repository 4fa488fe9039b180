import type { Registry } from 'prom-client';

import { directDatabaseUrl, type ServiceConfig } from '../config/index.js';
import { DataKeyRing, KeyedHash, MasterKey } from '../crypto/index.js';
import {
  createPool,
  createPrisma,
  HOT_PATH_PLANS,
  type Pool,
  type PrismaClient,
} from '../database/index.js';
import type { Logger } from '../logging/index.js';
import { createRegistry } from '../metrics/index.js';
import { redisPlace } from '../redis/index.js';
import { createSignalBus, type Signal, type SignalBus } from '../signals/index.js';
import { openTelemetry, type Telemetry } from '../telemetry/index.js';

/** Foundation of a process: opened before it serves, closed after it has stopped. */
export interface Platform {
  config: ServiceConfig;
  logger: Logger;
  /** Connections that accept, claim and finish. */
  pool: Pool;
  /**
   * Few connections for lists and gauges, which may take long: whoever accepts or claims never waits for
   * them. They are opened when they are used.
   */
  readPool: Pool;
  prisma: PrismaClient;
  /** Seals and opens contents. */
  keys: DataKeyRing;
  /** Wraps the secrets that a service loads for itself. */
  masterKey: MasterKey;
  /** The hash under which API keys are stored. */
  apiKeyHash: KeyedHash;
  /** The hash of bodies under an idempotency key. */
  fingerprintHash: KeyedHash;
  /** The hash of calls that may be answered from the cache. */
  cacheHash: KeyedHash;
  signals: SignalBus;
  metrics: Registry;
  /** Traces and metrics that are sent to a collector, where one is named. */
  telemetry: Telemetry;
  /** Closes everything, the database last. */
  close(): Promise<void>;
}

/** Needs that a process has of its platform. */
export interface PlatformNeeds {
  /** The signals that it subscribes to. All by default. */
  subscribes?: readonly Signal[];
}

/** A list that takes longer than this is given up, in milliseconds. */
const READ_TIMEOUT_MS = 5_000;

/**
 * Connects a process to its database and its signals, and checks that the master key fits.
 *
 * @param service the process's name, for its metrics and its connections
 * @param config its settings
 * @param logger where it logs
 * @param wants what the process needs
 * @throws MasterKeyMismatchError when the master key does not open the data
 * @throws when the database can't be reached or has no tables yet
 */
export async function openPlatform(
  service: string,
  config: ServiceConfig,
  logger: Logger,
  wants: PlatformNeeds = {},
): Promise<Platform> {
  const applicationName = `reqrun-${service}`;
  const throughPooler = config.REQRUN_DATABASE_POOLER === 'transaction';
  const pool = createPool({
    connectionString: config.DATABASE_URL,
    max: config.REQRUN_DATABASE_POOL_SIZE,
    throughPooler,
    applicationName,
    settings: HOT_PATH_PLANS,
    onError: () => logger.warn('database.connection_lost'),
  });
  const readPool = createPool({
    connectionString: config.DATABASE_URL,
    throughPooler,
    max: config.REQRUN_READ_POOL_SIZE,
    applicationName: `${applicationName}-read`,
    statementTimeoutMs: READ_TIMEOUT_MS,
    onError: () => logger.warn('database.connection_lost'),
  });
  const prisma = createPrisma(pool);
  const signals = createSignalBus({
    redis: redisPlace(config),
    pool,
    connectionString: directDatabaseUrl(config),
    applicationName,
    ...wants,
  });
  let telemetry: Telemetry | null = null;
  const close = async (): Promise<void> => {
    // The last metrics read the database.
    await telemetry?.close();
    await signals.stop();
    await prisma.$disconnect();
    await Promise.all([pool.end(), readPool.end()]);
  };
  try {
    const masterKey = new MasterKey(config.REQRUN_MASTER_KEY, config.REQRUN_MASTER_KEY_PREVIOUS);
    const apiKeyHash = await KeyedHash.load(prisma, masterKey, 'api-key');
    const fingerprintHash = await KeyedHash.load(prisma, masterKey, 'fingerprint');
    const cacheHash = await KeyedHash.load(prisma, masterKey, 'cache');
    const metrics = createRegistry(service, pool);
    telemetry = await openTelemetry({ service, config, registry: metrics, logger });
    return {
      config,
      logger,
      pool,
      readPool,
      prisma,
      keys: new DataKeyRing(pool, masterKey),
      masterKey,
      apiKeyHash,
      fingerprintHash,
      cacheHash,
      signals,
      metrics,
      telemetry,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
