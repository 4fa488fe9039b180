import { ConfigError, loadDashboardConfig } from '@reqrun/platform/config';
import { createLogger, errorFields } from '@reqrun/platform/logging';

import { startDashboard } from './start-dashboard.js';

/** EX_CONFIG of sysexits(3): a restart would fail again. */
const EXIT_CONFIG = 78;

/*
 * Process of the dashboard: loads the settings, serves the pages and the proxy to the API, and stops on a
 * signal. `--dev` serves the sources with hot reload instead of the build.
 */
let logger = createLogger({ service: 'dashboard', level: 'info' });
try {
  const stopRequested = new Promise<string>((resolve) => {
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
    // The parent process is gone, so no other process would stop this one.
    process.on('disconnect', () => resolve('parent gone'));
  });
  const config = loadDashboardConfig();
  logger = createLogger({ service: 'dashboard', level: config.REQRUN_LOG_LEVEL });
  const dashboard = await startDashboard(config, logger, process.argv.includes('--dev'));
  logger.info('ready');
  logger.info('stopping', { reason: await stopRequested });
  await dashboard.stop();
  logger.info('stopped');
  logger.flush();
  process.exit(0);
} catch (error) {
  logger.fatal('start.failed', errorFields(error));
  logger.flush();
  process.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
}
