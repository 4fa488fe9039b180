import type { ServiceConfig } from '@reqrun/platform/config';

/** What the admin API is told of its surroundings. */
export class AdminSettings {
  /** Where users reach the dashboard. */
  readonly dashboardUrl: string;
  /** The same without a path. */
  readonly dashboardOrigin: string;
  /** Whether cookies are Secure. */
  readonly secureCookies: boolean;
  /** Where applications reach the API, without /v1. */
  readonly publicBaseUrl: string;
  readonly queue: 'redis' | 'postgresql';
  /** Whether there is a simulator for test keys. */
  readonly hasSimulator: boolean;

  /** @param config the settings of the process */
  constructor(config: ServiceConfig) {
    const dashboard = new URL(config.REQRUN_DASHBOARD_URL);
    this.dashboardUrl = dashboard.href.replace(/\/$/, '');
    this.dashboardOrigin = dashboard.origin;
    this.secureCookies = dashboard.protocol === 'https:';
    this.publicBaseUrl = (
      config.REQRUN_PUBLIC_URL ?? `http://127.0.0.1:${config.REQRUN_API_PORT}`
    ).replace(/\/$/, '');
    this.queue = config.REDIS_URL === undefined ? 'postgresql' : 'redis';
    this.hasSimulator = config.REQRUN_SIMULATOR_URL !== undefined;
  }
}
