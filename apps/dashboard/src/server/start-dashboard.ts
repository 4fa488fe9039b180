import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { DashboardConfig } from '@reqrun/platform/config';
import type { Logger } from '@reqrun/platform/logging';

import { isForApi, PassThrough } from './pass-through.js';

// A CommonJS package whose types tell of a default export that is not there.
const createNext = createRequire(import.meta.url)('next') as typeof import('next').default;

/** The app's folder: one above this file, in `dist`. */
const APP = join(import.meta.dirname, '..');
/** How long answers that are under way have at a stop, in milliseconds. */
const STOP_MS = 2_000;
/** Two years, the least that browsers' preload lists take. */
const HSTS = 'max-age=63072000; includeSubDomains';

/** A dashboard that serves. */
export interface RunningDashboard {
  /** Ends it; answers under way have a moment. */
  stop(): Promise<void>;
}

/**
 * Serves the pages, and passes `/admin` on to the API.
 *
 * @param config where it listens and where the API is
 * @param logger hears where it listens
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
  const api = new PassThrough(config.REQRUN_API_URL, logger);
  const isTls = config.REQRUN_DASHBOARD_URL.startsWith('https:');
  const server = createServer((request, response) => {
    if (isTls) {
      response.setHeader('strict-transport-security', HSTS);
    }
    const { url = '/' } = request;
    if (url === '/health/live') {
      response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
    } else if (isForApi(url)) {
      api.handle(request, response);
    } else {
      void handle(request, response);
    }
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
      await next.close();
    },
  };
}
