import { loadLauncherConfig } from '@reqrun/platform/config';
import { redisPlace } from '@reqrun/platform/redis';

import { applyMigrations } from './apply-migrations.js';
import { type EmbeddedLogins, ensureEmbeddedLogins } from './embedded-logins.js';
import { ensureFirstOwner, ensureFirstToken } from './first-owner.js';
import { ensureFirstProject, type FirstProject } from './first-project.js';
import { readFirstProjectConfig } from './first-project-config.js';
import { readLocalEnv, writeLocalEnv } from './local-env.js';
import { checkDatabase, checkRedis } from './reachable.js';

/** Parts that a start prepares with. */
export interface PrepareInput {
  readonly databaseUrl: string;
  /** Whether the admin API has a login of its own. */
  readonly hasAdminLogin: boolean;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** The file that is written for people and scripts. */
  readonly localEnv: string;
  readonly baseUrl: string;
  readonly dashboardUrl: string;
}

/** Outcome of the preparation. */
export interface Prepared extends Pick<FirstProject, 'provider' | 'notes'> {
  /** Whether `local.env` has keys of the first project. */
  readonly hasKeys: boolean;
}

/** Jobs of a start that need the database's client, by name. */
export interface PrepareJobs {
  /** Looks at what can be wrong before anything is started; returns a warning, or null. */
  check(): Promise<string | null>;
  /** Makes the logins of the embedded server. */
  logins(superuserUrl: string): Promise<EmbeddedLogins>;
  /** Brings the database to its shape, with its first project and its first owner. */
  prepare(input: PrepareInput): Promise<Prepared>;
}

/**
 * Creates the jobs.
 *
 * @param say told in one line what happens
 */
export function prepareJobs(say: (line: string) => void): PrepareJobs {
  const config = loadLauncherConfig();
  return {
    async check() {
      readFirstProjectConfig();
      if (config.DATABASE_URL !== undefined) {
        await checkDatabase(config.DATABASE_URL);
      }
      const redis = redisPlace(config);
      return redis === undefined ? null : checkRedis(redis);
    },
    logins: ensureEmbeddedLogins,
    async prepare({ databaseUrl, hasAdminLogin, masterKey, localEnv, baseUrl, dashboardUrl }) {
      await applyMigrations(databaseUrl, say, hasAdminLogin);
      const people = {
        connectionString: databaseUrl,
        masterKey,
        previousMasterKey: config.REQRUN_MASTER_KEY_PREVIOUS,
      };
      const kept = await readLocalEnv(localEnv);
      const { createdKeys, provider, notes } = await ensureFirstProject({
        ...people,
        config: readFirstProjectConfig(),
        existingKeys: { live: kept['REQRUN_API_KEY'], test: kept['REQRUN_TEST_API_KEY'] },
      });
      await writeLocalEnv(localEnv, {
        REQRUN_BASE_URL: baseUrl,
        REQRUN_DASHBOARD_URL: dashboardUrl,
        ...(createdKeys !== null && {
          REQRUN_API_KEY: createdKeys.live,
          REQRUN_TEST_API_KEY: createdKeys.test,
        }),
      });
      await ensureFirstOwner({
        ...people,
        wishes: [
          { email: config.REQRUN_ADMIN_EMAIL, password: config.REQRUN_ADMIN_PASSWORD },
          { email: kept['REQRUN_ADMIN_EMAIL'], password: kept['REQRUN_ADMIN_PASSWORD'] },
        ],
        keep: ({ email, password }) =>
          writeLocalEnv(localEnv, { REQRUN_ADMIN_EMAIL: email, REQRUN_ADMIN_PASSWORD: password }),
      });
      const { REQRUN_ADMIN_EMAIL: email } = await readLocalEnv(localEnv);
      // Written there by the start that made the first owner: of a database of others it says nothing.
      if (email !== undefined) {
        const wish = { email, kept: kept['REQRUN_ADMIN_TOKEN'] };
        const token = await ensureFirstToken(people, wish);
        if (token !== null) {
          await writeLocalEnv(localEnv, { REQRUN_ADMIN_TOKEN: token });
        }
      }
      return {
        ...{ provider, notes },
        hasKeys: createdKeys !== null || kept['REQRUN_API_KEY'] !== undefined,
      };
    },
  };
}
