import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { DashboardConfig } from '@reqrun/platform/config';
import type { Logger } from '@reqrun/platform/logging';

import { AdminProxy } from './admin-proxy.js';
import { createDashboardServer } from './create-server.js';
import { serveDocumentation } from './documentation.js';

// A CommonJS package whose types declare a default export that does not exist.
const createNext = createRequire(import.meta.url)('next') as typeof import('next').default;

/** Folder of the app: one above `dist`, two above this source file. */
const APP = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../..' : '..');
/** Folder of the built documentation. */
const DOCUMENTATION = join(APP, '../docs/dist');
/** Time for answers in progress at a stop, in ms. */
const STOP_MS = 2_000;

/** A running dashboard. */
export interface RunningDashboard {
  /** Stops it after a short time for answers in progress. */
  stop(): Promise<void>;
}

/**
 * Serves the pages and the documentation, and forwards `/admin` to the API.
 *
 * @param config addresses of the dashboard and of the API
 * @param logger logs the dashboard's address
 * @param dev whether to serve the sources with hot reload
 */
export async function startDashboard(
  config: DashboardConfig,
  logger: Logger,
  dev: boolean,
): Promise<RunningDashboard> {
  const next = createNext({ dev, dir: APP, quiet: true });
  await next.prepare();
  const handle = next.getRequestHandler();
  const api = new AdminProxy(config.REQRUN_API_URL, logger);
  const server = createDashboardServer({
    api: (request, response) => api.handle(request, response),
    pages: (request, response) => void handle(request, response),
    documentation: serveDocumentation(DOCUMENTATION),
    isTls: config.REQRUN_DASHBOARD_URL.startsWith('https:'),
    dev,
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.REQRUN_DASHBOARD_PORT, config.REQRUN_DASHBOARD_HOST, resolve);
  });
  const { address, port, family } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  logger.info('listening', { url: `http://${host}:${port}`, port });
  return {
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), STOP_MS).unref();
      await closed;
      api.close();
      await next.close();
    },
  };
}
