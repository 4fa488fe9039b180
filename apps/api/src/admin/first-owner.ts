import { type AdminDatabase, ensureFirstOwner, UserError } from '@reqrun/users';
import { ConfigError } from '@reqrun/platform/config';
import type { Platform } from '@reqrun/platform/service';

import type { UserParts } from './user-parts.js';

/**
 * Creates the first owner from the settings, if they name one and there are no users yet.
 *
 * @param platform the settings and the logger
 * @param database the admin API's connections
 * @param parts the password hasher and the audit log
 * @throws ConfigError when the settings are not valid for an owner
 */
export async function createFirstOwner(
  { config, logger }: Pick<Platform, 'config' | 'logger'>,
  database: AdminDatabase,
  parts: Pick<UserParts, 'passwords' | 'audit'>,
): Promise<void> {
  const { REQRUN_ADMIN_EMAIL: email, REQRUN_ADMIN_PASSWORD: password } = config;
  if (email === undefined || password === undefined) {
    return;
  }
  try {
    if (await ensureFirstOwner(database.prisma, parts, { email, password })) {
      logger.info('owner.created');
    }
  } catch (error) {
    if (error instanceof UserError && error.code === 'invalid_value') {
      const name = error.details.param === 'email' ? 'REQRUN_ADMIN_EMAIL' : 'REQRUN_ADMIN_PASSWORD';
      throw new ConfigError(error.message.replace(/^\w+/, name));
    }
    throw error;
  }
}
