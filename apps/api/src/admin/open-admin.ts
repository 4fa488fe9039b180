import type { Provider } from '@nestjs/common';
import { AlertDeliveryStore, AlertRuleStore } from '@reqrun/alerts';
import { ApiKeyStore } from '@reqrun/keys';
import { ADMIN_ROLE, AdminDatabase } from '@reqrun/users';
import { directDatabaseUrl } from '@reqrun/platform/config';
import { createPool, createPrisma } from '@reqrun/platform/database';
import type { Platform } from '@reqrun/platform/service';
import { type ProjectDirectory, ProjectStore, ProviderStore } from '@reqrun/projects';
import {
  AdminRequestReader,
  BulkRetries,
  LanesByHand,
  MetricsReader,
  PolicySimulator,
} from '@reqrun/requests';

import { FailedLookups } from '../http/failed-lookups.js';
import { Simulations } from '../policy/simulations.js';
import type { AdminAuthentication } from './access/authentication.js';
import { AdminSettings } from './admin-settings.js';
import { AlertTestLimit } from './alerts/alert-test-limit.js';
import { AuditedTransaction } from './audited-transaction.js';
import { createFirstOwner } from './first-owner.js';
import { loadUserParts, provideUsers } from './user-parts.js';
import { ProviderTestLimit } from './provider/provider-test-limit.js';

/** The admin API, ready to be served. */
export interface Admin {
  authentication: AdminAuthentication;
  /** Dependencies of its controllers. */
  providers: Provider[];
  /** Closes its connections. */
  close(): Promise<void>;
}

/**
 * Composes the admin API. It uses its own connections, with a database role that can't read contents. Code
 * that needs more rights is passed in here, part by part.
 *
 * @param platform the process's database and settings
 * @param projects looks up the providers of projects
 * @param parts dependencies of the controllers from other features, by class
 * @throws ConfigError when the first owner can't be created from the settings
 * @throws when the database can't be reached
 */
export async function openAdmin(
  platform: Platform,
  projects: ProjectDirectory,
  parts: readonly Provider[],
): Promise<Admin> {
  const { config, logger } = platform;
  const pool = createPool({
    connectionString: config.REQRUN_ADMIN_DATABASE_URL ?? directDatabaseUrl(config),
    role: ADMIN_ROLE,
    max: config.REQRUN_ADMIN_DATABASE_POOL_SIZE,
    applicationName: 'reqrun-api-admin',
    onError: () => logger.warn('database.connection_lost'),
  });
  const database = new AdminDatabase(pool, createPrisma(pool));
  const close = async (): Promise<void> => {
    await database.prisma.$disconnect();
    await pool.end();
  };
  try {
    const settings = new AdminSettings(config);
    const users = await loadUserParts(platform, database);
    const fault = await database.findFault();
    if (fault === null) {
      await createFirstOwner(platform, database, users);
    } else {
      // Calls of applications do not depend on the admin API, so the process starts.
      logger.error('admin.unavailable', { error_message: fault });
    }
    return {
      authentication: {
        sessions: users.sessions,
        tokens: users.tokens,
        settings,
        fault,
        failures: new FailedLookups(config.REQRUN_FAILED_KEYS_PER_MINUTE),
      },
      providers: [
        ...parts,
        { provide: AdminSettings, useValue: settings },
        { provide: AdminDatabase, useValue: database },
        ...provideUsers(users, database, settings, logger),
        { provide: AuditedTransaction, useValue: new AuditedTransaction(database, users.audit) },
        { provide: ProviderTestLimit, useValue: new ProviderTestLimit() },
        { provide: AlertTestLimit, useValue: new AlertTestLimit() },
        { provide: AlertRuleStore, useValue: new AlertRuleStore(pool) },
        { provide: AlertDeliveryStore, useValue: new AlertDeliveryStore(pool) },
        { provide: ProjectStore, useValue: new ProjectStore(pool) },
        { provide: ProviderStore, useValue: new ProviderStore(pool) },
        { provide: LanesByHand, useValue: new LanesByHand(pool) },
        { provide: ApiKeyStore, useValue: new ApiKeyStore(pool, platform.apiKeyHash) },
        { provide: BulkRetries, useValue: new BulkRetries(pool) },
        { provide: MetricsReader, useValue: new MetricsReader(pool) },
        { provide: Simulations, useValue: new Simulations(new PolicySimulator(pool), projects) },
        { provide: AdminRequestReader, useValue: new AdminRequestReader(pool) },
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
