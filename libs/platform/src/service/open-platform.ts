import type { Registry } from 'prom-client';

import type { ServiceConfig } from '../config/index.js';
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
import { createSignalBus, type Signal, type SignalBus } from '../signals/index.js';

/** What a process stands on: opened before it serves, closed after it has stopped. */
export interface Platform {
  config: ServiceConfig;
  logger: Logger;
  pool: Pool;
  prisma: PrismaClient;
  /** Seals and opens contents. */
  keys: DataKeyRing;
  /** Wraps the secrets that a service loads for itself. */
  masterKey: MasterKey;
  /** The hash under which API keys are stored. */
  apiKeyHash: KeyedHash;
  /** The hash of bodies under an idempotency key. */
  fingerprintHash: KeyedHash;
  signals: SignalBus;
  metrics: Registry;
  /** Closes everything, the database last. */
  close(): Promise<void>;
}

/** What a process needs of its platform. */
export interface PlatformWants {
  /** The signals that it subscribes to. All by default. */
  hears?: readonly Signal[];
}

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
  wants: PlatformWants = {},
): Promise<Platform> {
  const applicationName = `reqrun-${service}`;
  const pool = createPool({
    connectionString: config.DATABASE_URL,
    max: config.REQRUN_DATABASE_POOL_SIZE,
    applicationName,
    settings: HOT_PATH_PLANS,
    onError: () => logger.warn('database connection lost'),
  });
  const prisma = createPrisma(pool);
  const signals = createSignalBus({
    redisUrl: config.REDIS_URL,
    pool,
    connectionString: config.DATABASE_URL,
    applicationName,
    ...wants,
  });
  const close = async (): Promise<void> => {
    await signals.stop();
    await prisma.$disconnect();
    await pool.end();
  };
  try {
    const masterKey = new MasterKey(config.REQRUN_MASTER_KEY);
    const apiKeyHash = await KeyedHash.load(prisma, masterKey, 'api-key');
    const fingerprintHash = await KeyedHash.load(prisma, masterKey, 'fingerprint');
    return {
      config,
      logger,
      pool,
      prisma,
      keys: new DataKeyRing(pool, masterKey),
      masterKey,
      apiKeyHash,
      fingerprintHash,
      signals,
      metrics: createRegistry(service, pool),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
