import { setFlagsFromString } from 'node:v8';

import { ConfigError, loadServiceConfig } from '../config/index.js';
import { MasterKeyMismatchError } from '../crypto/index.js';
import { toDatabaseError } from '../database/index.js';
import { listenForFailpoints } from '../failpoints/index.js';
import { createLogger, errorFields, type Logger } from '../logging/index.js';
import { startIsOver } from '../start/index.js';
import { openPlatform, type Platform, type PlatformNeeds } from './open-platform.js';

/** EX_CONFIG of sysexits(3): starting again changes nothing. */
const EXIT_CONFIG = 78;
/** SQLSTATE undefined_table. */
const NO_TABLES = new Set(['42P01', 'P2021']);

/**
 * How much the heap may grow, in percent of what lives, before V8 looks at all of it. Large bodies count
 * as growth, though they are dead before they are old: by V8's own measure a worker with prompts of
 * 32 KiB would spend a third of its time looking at what never changes.
 */
const HEAP_GROWTH = '--heap-growing-percent=200';

/** Message of a service to the process that started it, over their channel, once it is ready. */
export interface ServiceReady {
  /** Origin of its HTTP server. */
  readonly url: string;
}

/** A service that runs. */
export interface RunningService extends ServiceReady {
  /** Stops taking work, lets what runs finish within the grace, and resolves. */
  stop(): Promise<void>;
}

/**
 * The life of a process: settings, platform, service; then a signal, the service's end, the
 * platform's end, exit. A second signal changes nothing, for Ctrl-C arrives from the terminal and
 * from the parent.
 *
 * @param name the process's name
 * @param start starts the service on its platform
 * @param wants what it needs of the platform
 */
export async function runService(
  name: string,
  start: (platform: Platform) => Promise<RunningService>,
  wants: PlatformNeeds = {},
): Promise<void> {
  setFlagsFromString(HEAP_GROWTH);
  let logger = createLogger({ service: name, level: 'info' });
  try {
    const config = loadServiceConfig();
    logger = createLogger({ service: name, level: config.REQRUN_LOG_LEVEL });
    if (config.REQRUN_FAILPOINTS) {
      listenForFailpoints();
    }
    const stopRequested = whenAskedToStop();
    const platform = await openPlatform(name, config, logger, wants);
    await platform.signals.start();
    const service = await start(platform);
    startIsOver();
    logger.info('ready');
    tellStarter({ url: service.url });
    logger.info('stopping', { reason: await stopRequested });
    await service.stop();
    await platform.close();
    logger.info('stopped');
    logger.flush();
    process.exit(0);
  } catch (error) {
    process.exit(reportFatal(logger, error));
  }
}

/** A log line would not do: which lines there are is a setting. */
function tellStarter(ready: ServiceReady): void {
  if (process.connected) {
    // Where nobody listens any more, the end of the channel is told by itself.
    process.send?.(ready, undefined, undefined, () => undefined);
  }
}

function whenAskedToStop(): Promise<string> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('SIGTERM'));
    process.on('SIGINT', () => resolve('SIGINT'));
    // The process that started this one is gone: nobody else would end it.
    process.on('disconnect', () => resolve('parent gone'));
  });
}

function reportFatal(logger: Logger, error: unknown): number {
  const hopeless = error instanceof ConfigError || error instanceof MasterKeyMismatchError;
  const database = toDatabaseError(error);
  logger.fatal('start.failed', {
    ...errorFields(error),
    ...(database.kind === 'unavailable'
      ? { error_message: 'The database cannot be reached.' }
      : NO_TABLES.has(database.sqlState ?? '')
        ? { error_message: 'The database has no tables yet: run the migrations first.' }
        : {}),
  });
  logger.flush();
  return hopeless ? EXIT_CONFIG : 1;
}
