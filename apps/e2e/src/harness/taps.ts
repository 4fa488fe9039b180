import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { NotificationListener, type Pool } from '@reqrun/platform/database';
import type { TestRedis } from '@reqrun/platform/testing';

/** A recorder of a channel, from its creation on. */
export interface Tap {
  /** Returns all recorded text. */
  heard(): string;
  close(): void;
}

/** Records all commands of all clients of a Redis, with its MONITOR command. */
export async function tapRedis(redis: TestRedis): Promise<Tap> {
  const socket = connect(redis.port, '127.0.0.1');
  let heard = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    socket.on('data', (part: string) => {
      heard += part;
      resolve();
    });
    socket.write('MONITOR\r\n');
  });
  return { heard: () => heard, close: () => socket.destroy() };
}

/** Returns the contents of a Redis in the format of its disk dump, uncompressed. */
export async function dumpRedis(redis: TestRedis): Promise<string> {
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(redis.port, '127.0.0.1');
    let said = '';
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (part: string) => (said += part));
    socket.on('close', () => resolve(said));
    socket.write('CONFIG SET rdbcompression no\r\nSAVE\r\nCONFIG GET dir\r\nQUIT\r\n');
  });
  const directory = /\r\ndir\r\n\$\d+\r\n(.*)\r\n/.exec(answer)?.[1];
  if (directory === undefined || !answer.startsWith('+OK\r\n+OK\r\n')) {
    throw new Error('Redis did not save what it holds.');
  }
  return readFile(join(directory, 'dump.rdb'), 'latin1');
}

/**
 * Records all notifications of the product on its database, on a connection of its own.
 *
 * @param connectionString URL of the database
 */
export async function tapNotifications(connectionString: string): Promise<Tap> {
  let heard = '';
  const listener = new NotificationListener({
    connectionString,
    applicationName: 'reqrun-e2e',
    channels: ['due', 'finished', 'canceled'].map((signal) => `reqrun_${signal}`),
    onNotification: (channel, payload) => {
      heard += `${channel} ${payload}\n`;
    },
    onConnected: () => undefined,
  });
  await listener.start();
  return { heard: () => heard, close: () => void listener.stop() };
}

/** Returns the log of a database's server, if it is beside its data as in the embedded server. */
export async function readServerLog(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ data_directory: string }>('SHOW data_directory');
  const log = join(rows[0]?.data_directory ?? '', '..', 'server.log');
  return readFile(log, 'utf8').catch(() => '');
}

/** Returns all rows of all tables of a database as JSON, with bytes in hexadecimal. */
export async function dumpDatabase(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  let dump = '';
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${name} t`,
    );
    dump += `${name}\n${rows.map(({ row }) => row).join('\n')}\n`;
  }
  return dump;
}
