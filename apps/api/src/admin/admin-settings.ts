import type { ServiceConfig } from '@reqrun/platform/config';

/** Settings of the admin API. */
export class AdminSettings {
  /** URL at which users reach the dashboard. */
  readonly dashboardUrl: string;
  /** Origin of the dashboard's URL. */
  readonly dashboardOrigin: string;
  /** Whether cookies are Secure. */
  readonly secureCookies: boolean;
  /** URL at which applications reach the API, without /v1. */
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
