import { parseArgs } from 'node:util';

import { errorFields, createLogger } from '@reqrun/platform/logging';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';

import { whenGone } from './processes.js';
import { EXIT_CONFIG } from './supervised.js';

/*
 * The embedded database's keeper, a process of its own: it survives a launcher that is killed for as
 * long as the last worker needs to put its work down, and then stops the server.
 */

/** Message of the keeper to the launcher, once, when the server accepts connections. */
export interface DatabaseReady {
  /** A connection URL with the password: for the channel, never for a log. */
  readonly connectionString: string;
  readonly port: number;
}

/** Message of the launcher to the keeper whenever it changes: who uses the database. */
export interface DatabaseUsers {
  /** Process ids. */
  readonly users: readonly number[];
}

const log = createLogger({ service: 'database', level: 'info' });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string' },
      database: { type: 'string' },
      port: { type: 'string' },
      'patience-ms': { type: 'string', default: '0' },
    },
  });
  const { directory = '', database = 'postgres', port } = values;
  let users: readonly number[] = [];
  process.on('message', (message) => {
    users = (message as DatabaseUsers).users;
  });
  const stopRequested = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('disconnect', () => {
      log.warn('launcher_gone', { users: users.length });
      void whenGone(users, Number(values['patience-ms'])).then(() => resolve());
    });
  });

  const server = await startEmbeddedPostgres({
    dataDirectory: directory,
    ...(port !== undefined && { port: Number(port) }),
    onLog: (line) => log.info('embedded_postgres', { message: line }),
  });
  const ready: DatabaseReady = {
    connectionString: server.connectionString(database),
    port: server.port,
  };
  process.send?.(ready);
  log.info('ready', { port: server.port });

  const exit = await Promise.race([stopRequested, server.exited]);
  if (exit !== undefined) {
    log.error('database_server_ended', { code: exit.code, signal: exit.signal });
    log.flush();
    process.exit(1);
  }
  await server.stop();
  log.info('stopped');
  log.flush();
  process.exit(0);
}

// Ctrl-C is for the launcher, which ends the database last.
process.on('SIGINT', () => undefined);
try {
  await main();
} catch (error) {
  if (error instanceof EmbeddedPostgresError) {
    log.fatal('start.failed', { error_code: error.code, error_message: error.message });
    log.flush();
    process.exit(error.code === 'start_failed' ? 1 : EXIT_CONFIG);
  }
  log.fatal('start.failed', errorFields(error));
  log.flush();
  process.exit(1);
}
