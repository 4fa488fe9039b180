import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { freePort } from '../embedded-postgres/index.js';
import { eventually } from './eventually.js';
import { makeRunFolder } from './run-folders.js';

/** Program of PgBouncer. */
export const PGBOUNCER_PROGRAM = 'pgbouncer';

/** Account that root's PgBouncer runs as; it refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** A real PgBouncer in transaction mode in front of a PostgreSQL. */
export interface TestPgbouncer {
  /** The same address through it. */
  through(connectionString: string): string;
  /** Kills it, with all connections of its clients. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Ends it for good and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts a PgBouncer for all databases of a server.
 *
 * @param connectionString address of the server, whose user PgBouncer connects with
 * @param poolSize its connections to the server for each database
 */
export async function startTestPgbouncer(
  connectionString: string,
  poolSize: number,
): Promise<TestPgbouncer> {
  const server = new URL(connectionString);
  const [port, folder] = [await freePort('127.0.0.1'), await makeRunFolder('pgbouncer')];
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=${server.hostname} port=${server.port} user=${server.username} password=${server.password}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir ='],
      ...['auth_type = any', 'pool_mode = transaction', `default_pool_size = ${poolSize}`],
      ...['max_client_conn = 500', 'query_wait_timeout = 10', `logfile = ${join(folder, 'log')}`],
      '',
    ].join('\n'),
  );
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    await chown(folder, NOBODY.uid, NOBODY.gid);
    await chown(file, NOBODY.uid, NOBODY.gid);
  }
  let child: ChildProcess | null = null;
  const restart = async (): Promise<void> => {
    child = spawn(PGBOUNCER_PROGRAM, [file], {
      env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
      stdio: 'ignore',
      ...(isRoot && NOBODY),
    });
    await eventually('PgBouncer listens', () => listens(port));
  };
  const kill = async (): Promise<void> => {
    const ended = child === null ? null : once(child, 'exit');
    child?.kill('SIGKILL');
    await ended;
    child = null;
  };
  await restart();
  return {
    through: (url) => {
      const proxied = new URL(url);
      proxied.hostname = '127.0.0.1';
      proxied.port = String(port);
      return proxied.href;
    },
    kill,
    restart,
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
