import type { Provider } from '@nestjs/common';
import { ApiKeyStore } from '@reqrun/keys';
import { ADMIN_ROLE, AdminDatabase } from '@reqrun/users';
import { createPool, createPrisma } from '@reqrun/platform/database';
import type { Platform } from '@reqrun/platform/service';
import { ProjectStore } from '@reqrun/projects';
import { AdminRequestReader, BulkRetries, MetricsReader } from '@reqrun/requests';

import { FailedLookups } from '../http/failed-lookups.js';
import type { AdminAuthentication } from './access/authentication.js';
import { AdminSettings } from './admin-settings.js';
import { AuditedTransaction } from './audited-transaction.js';
import { createFirstOwner } from './first-owner.js';
import { loadUserParts, provideUsers } from './user-parts.js';
import { ProviderTestLimit } from './provider/provider-test-limit.js';

/** The admin API, ready to be served. */
export interface Admin {
  authentication: AdminAuthentication;
  /** What its controllers ask for. */
  providers: Provider[];
  /** Ends its connections. */
  close(): Promise<void>;
}

/**
 * Puts the admin API together. It stands on connections of its own, under a role that can't read
 * contents: what needs more than that role has goes through parts that are handed in here one by one.
 *
 * @param platform the process's database and settings
 * @param parts what other features provide, by class, for the controllers to ask for
 * @throws ConfigError when the first owner can't be made as the settings say
 * @throws when the database can't be reached
 */
export async function openAdmin(platform: Platform, parts: readonly Provider[]): Promise<Admin> {
  const { config, logger } = platform;
  const pool = createPool({
    connectionString: config.REQRUN_ADMIN_DATABASE_URL ?? config.DATABASE_URL,
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
      // Calls of applications do not depend on it.
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
        { provide: ProjectStore, useValue: new ProjectStore(pool) },
        { provide: ApiKeyStore, useValue: new ApiKeyStore(pool, platform.apiKeyHash) },
        { provide: BulkRetries, useValue: new BulkRetries(pool) },
        { provide: MetricsReader, useValue: new MetricsReader(pool) },
        { provide: AdminRequestReader, useValue: new AdminRequestReader(pool) },
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
