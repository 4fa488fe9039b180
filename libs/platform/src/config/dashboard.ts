import { str } from 'envalid';

import { type Environment, readSettings } from './read.js';
import { serviceSettings } from './settings.js';
import { address, integer } from './validators.js';

/** Port at which people look for the dashboard; not 3000, which every other program under development has. */
export const DASHBOARD_PORT = 4040;

/**
 * Settings of the dashboard's process: where it listens, and where it passes `/admin` on to. It is
 * given no other address and no secret.
 */
export const dashboardSettings = {
  REQRUN_DASHBOARD_HOST: str({
    default: '127.0.0.1',
    desc: 'The address that the dashboard listens on.',
  }),
  REQRUN_DASHBOARD_PORT: integer(
    0,
    65_535,
  )({ default: DASHBOARD_PORT, desc: 'The port of the dashboard; 0 picks a free one.' }),
  REQRUN_API_URL: address(
    'http',
    'https',
  )({
    default: 'http://127.0.0.1:4000',
    desc: "The API's origin as the dashboard reaches it; `npm start` sets it.",
  }),
  REQRUN_DASHBOARD_URL: serviceSettings.REQRUN_DASHBOARD_URL,
  REQRUN_LOG_LEVEL: serviceSettings.REQRUN_LOG_LEVEL,
};

/** The settings of the dashboard's process, by their names in the environment. */
export type DashboardConfig = ReturnType<typeof loadDashboardConfig>;

/**
 * Reads the settings of the dashboard's process.
 *
 * @param environment where to read from
 * @throws ConfigError naming what is wrong
 */
export function loadDashboardConfig(environment: Environment = process.env) {
  return readSettings(environment, dashboardSettings);
}
