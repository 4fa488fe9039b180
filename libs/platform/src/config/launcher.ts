import { str } from 'envalid';

import { DASHBOARD_PORT, dashboardSettings } from './dashboard.js';
import { type Environment, readSettings } from './read.js';
import { serviceSettings } from './settings.js';
import { address, databaseAddress, flag, integer, key256 } from './validators.js';

/**
 * Settings that `npm start` reads for itself. API and worker are started with the same environment, so their
 * own settings (`serviceSettings`) work with `npm start` too.
 */
export const launcherSettings = {
  REQRUN_HOME: str({
    default: '.reqrun',
    desc: 'The folder for data, keys and logs; a relative one lies in the checkout.',
  }),
  DATABASE_URL: databaseAddress({
    default: undefined,
    desc: 'A PostgreSQL of your own. Without it an embedded one keeps its data in REQRUN_HOME.',
  }),
  REDIS_URL: serviceSettings.REDIS_URL,
  REQRUN_REDIS_SENTINELS: serviceSettings.REQRUN_REDIS_SENTINELS,
  REQRUN_REDIS_SENTINEL_PASSWORD: serviceSettings.REQRUN_REDIS_SENTINEL_PASSWORD,
  REQRUN_REDIS_CLUSTER_NODES: serviceSettings.REQRUN_REDIS_CLUSTER_NODES,
  REQRUN_REDIS_CA_FILE: serviceSettings.REQRUN_REDIS_CA_FILE,
  REQRUN_MASTER_KEY: key256({
    default: undefined,
    desc: 'The master key. Without it one is made at the first start and kept in REQRUN_HOME.',
  }),
  REQRUN_MASTER_KEY_PREVIOUS: serviceSettings.REQRUN_MASTER_KEY_PREVIOUS,
  REQRUN_API_HOST: serviceSettings.REQRUN_API_HOST,
  REQRUN_API_PORT: serviceSettings.REQRUN_API_PORT,
  REQRUN_DASHBOARD_HOST: dashboardSettings.REQRUN_DASHBOARD_HOST,
  REQRUN_DASHBOARD_PORT: integer(
    0,
    65_535,
  )({
    default: undefined,
    desc: `The port of the dashboard; 0 picks a free one. Without it \`npm start\` takes ${DASHBOARD_PORT}, or the next one that is free.`,
  }),
  REQRUN_WORKER_PORT: serviceSettings.REQRUN_WORKER_PORT,
  REQRUN_DASHBOARD_URL: address(
    'http',
    'https',
  )({
    default: undefined,
    desc: 'Where people reach the dashboard, if not at http://127.0.0.1 and its port, e.g. behind a proxy.',
  }),
  REQRUN_ADMIN_EMAIL: serviceSettings.REQRUN_ADMIN_EMAIL,
  REQRUN_ADMIN_PASSWORD: serviceSettings.REQRUN_ADMIN_PASSWORD,
  REQRUN_SHUTDOWN_GRACE_MS: serviceSettings.REQRUN_SHUTDOWN_GRACE_MS,
  REQRUN_HANG_TIMEOUT_MS: integer(
    0,
    3_600_000,
  )({
    default: 30_000,
    desc: 'After how long without an answer `npm start` ends a process and starts it again. 0 is never, e.g. while a debugger holds it.',
  }),
  REQRUN_LEAN: flag({
    default: false,
    desc: 'Run neither the dashboard nor the simulator, which saves their memory. Test keys, and projects without a provider, then need REQRUN_SIMULATOR_URL.',
  }),
  REQRUN_SIMULATOR_URL: serviceSettings.REQRUN_SIMULATOR_URL,
  REQRUN_WORKERS: integer(
    1,
    64,
  )({ default: 1, desc: 'How many worker processes `npm start` runs.' }),
};

/** The settings of `npm start`, by their names in the environment. */
export type LauncherConfig = ReturnType<typeof loadLauncherConfig>;

/**
 * Reads the settings of `npm start`.
 *
 * @param environment where to read from
 * @throws ConfigError naming what is wrong
 */
export function loadLauncherConfig(environment: Environment = process.env) {
  return readSettings(environment, launcherSettings);
}
