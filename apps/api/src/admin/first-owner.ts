import { type AdminDatabase, ensureFirstOwner, PeopleError } from '@reqrun/people';
import { ConfigError } from '@reqrun/platform/config';
import type { Platform } from '@reqrun/platform/service';

import type { PeopleParts } from './people-parts.js';

/**
 * Makes the first owner out of the settings, where they name one and there are no people yet.
 *
 * @param platform its settings
 * @param database the admin API's connections
 * @param parts what hashes the password, and what is told
 * @throws ConfigError when the settings can't make one
 */
export async function createFirstOwner(
  { config, logger }: Pick<Platform, 'config' | 'logger'>,
  database: AdminDatabase,
  parts: Pick<PeopleParts, 'passwords' | 'audit'>,
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
    if (error instanceof PeopleError && error.code === 'invalid_value') {
      const name = error.details.param === 'email' ? 'REQRUN_ADMIN_EMAIL' : 'REQRUN_ADMIN_PASSWORD';
      throw new ConfigError(error.message.replace(/^\w+/, name));
    }
    throw error;
  }
}
