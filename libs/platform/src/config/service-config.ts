import { ConfigError } from './errors.js';
import { type Environment, readSettings } from './read.js';
import { serviceSettings } from './settings.js';

/** The settings of API and worker, by their names in the environment. */
export type ServiceConfig = ReturnType<typeof loadServiceConfig>;

/**
 * Reads the settings of API and worker.
 *
 * @param environment where to read from
 * @throws ConfigError naming what is missing, wrong, or contradicts another setting
 */
export function loadServiceConfig(environment: Environment = process.env) {
  const config = readSettings(environment, serviceSettings);
  if (config.REQRUN_HEARTBEAT_MS * 2 > config.REQRUN_LEASE_MS) {
    throw new ConfigError(
      'REQRUN_HEARTBEAT_MS must be at most half of REQRUN_LEASE_MS, or one late beat loses leases',
    );
  }
  return config;
}
