import { ConfigError } from './errors.js';
import { type Environment, readSettings } from './read.js';
import { serviceSettings } from './settings.js';
import { readPairs } from './telemetry.js';

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
  if (
    config.REQRUN_DATABASE_POOLER === 'transaction' &&
    config.REQRUN_DIRECT_DATABASE_URL === undefined
  ) {
    throw new ConfigError(
      'REQRUN_DATABASE_POOLER=transaction needs REQRUN_DIRECT_DATABASE_URL, for a pooler passes no LISTEN on',
    );
  }
  if (config.REQRUN_SMTP_URL !== undefined && config.REQRUN_SMTP_FROM === undefined) {
    throw new ConfigError('REQRUN_SMTP_URL needs REQRUN_SMTP_FROM, the sender of its mails');
  }
  readPairs('OTEL_EXPORTER_OTLP_HEADERS', config.OTEL_EXPORTER_OTLP_HEADERS);
  readPairs('OTEL_RESOURCE_ATTRIBUTES', config.OTEL_RESOURCE_ATTRIBUTES);
  return config;
}

/**
 * The address of the database past any pooler.
 *
 * @param config the settings of API and worker
 */
export function directDatabaseUrl(
  config: Pick<ServiceConfig, 'DATABASE_URL' | 'REQRUN_DIRECT_DATABASE_URL'>,
): string {
  return config.REQRUN_DIRECT_DATABASE_URL ?? config.DATABASE_URL;
}
