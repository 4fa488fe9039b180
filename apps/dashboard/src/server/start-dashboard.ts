import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { DashboardConfig } from '@reqrun/platform/config';
import type { Logger } from '@reqrun/platform/logging';

import { AdminProxy } from './admin-proxy.js';
import { createDashboardServer } from './create-server.js';

// A CommonJS package whose types tell of a default export that is not there.
const createNext = createRequire(import.meta.url)('next') as typeof import('next').default;

/** The app's folder: one above `dist`, two above the sources. */
const APP = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../..' : '..');
/** How long answers that are under way have at a stop, in milliseconds. */
const STOP_MS = 2_000;

/** A dashboard that serves. */
export interface RunningDashboard {
  /** Ends it; answers under way have a moment. */
  stop(): Promise<void>;
}

/**
 * Serves the pages, and passes `/admin` on to the API.
 *
 * @param config where it listens and where the API is
 * @param logger where the address is logged
 * @param dev serve the sources with hot reload
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
