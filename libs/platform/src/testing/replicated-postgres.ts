import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';

import {
  freePort,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../embedded-postgres/index.js';
import { onDatabase } from '../migrations/index.js';
import { takeBaseBackup } from './base-backup.js';
import { eventually } from './eventually.js';
import { postgresIn } from './run-folders.js';

const run = promisify(execFile);

/** Commits survive the death of the processes without fsync; a test of power cuts this is not. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  min_wal_size: '80MB',
  max_wal_size: '256MB',
  shared_buffers: '64MB',
  // A standby follows for as long as a copy takes.
  wal_keep_size: '256MB',
  wal_retrieve_retry_interval: '500ms',
};

/** One of the two servers. */
interface Node {
  readonly folder: string;
  readonly port: number;
  server: EmbeddedPostgres | null;
  isRunning: boolean;
}

/** Places of a new pair. */
export interface ReplicatedPostgresOptions {
  /** Run folders of the two servers; they have nothing else in them. */
  readonly folders: readonly [string, string];
}

/** A primary and its synchronous standby. What the primary confirms is on both. */
export class ReplicatedPostgres {
  private constructor(
    private primary: Node,
    private standby: Node,
  ) {}

  /**
   * Starts both, and waits until commits wait for the standby.
   *
   * @param options where they lie
   */
  static async start({ folders }: ReplicatedPostgresOptions): Promise<ReplicatedPostgres> {
    const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
    const [one, two] = folders.map((folder, index) => ({
      folder: postgresIn(folder),
      port: ports[index] ?? 0,
      server: null,
      isRunning: false,
    })) as [Node, Node];
    const pair = new ReplicatedPostgres(one, two);
    await startOn(one);
    await pair.addStandby();
    return pair;
  }

  /** Port of the server that can be written to. */
  get primaryPort(): number {
    return this.primary.port;
  }

  /**
   * A connection string with both hosts, always in the same order.
   *
   * @param database its name; `postgres` by default
   */
  url(database = 'postgres'): string {
    const [one = 0, two = 0] = [this.primary.port, this.standby.port].sort((a, b) => a - b);
    const single = new URL(this.primaryUrl(database));
    const { username, password, pathname } = single;
    return (
      `postgresql://${username}:${password}@127.0.0.1:${one},127.0.0.1:${two}${pathname}` +
      '?target_session_attrs=read-write'
    );
  }

  /** The connection string of the primary alone. */
  primaryUrl(database = 'postgres'): string {
    return urlOf(this.primary, database);
  }

  /** The connection string of the standby alone. */
  standbyUrl(database = 'postgres'): string {
    return urlOf(this.standby, database);
  }

  /** Kills all processes of the primary at once, as when its machine dies. */
  async killPrimary(): Promise<void> {
    await killAll(this.primary);
  }

  /** Kills all processes of the standby: from now on the primary's commits wait. */
  async killStandby(): Promise<void> {
    await killAll(this.standby);
  }

  /** Makes the standby the primary. It confirms commits alone until it has a standby of its own. */
  async promote(): Promise<void> {
    await onServer(this.standbyUrl(), async (client) => {
      await client.query("ALTER SYSTEM SET synchronous_standby_names = ''");
      await client.query('SELECT pg_reload_conf()');
      await client.query('SELECT pg_promote(true, 60)');
    });
    [this.primary, this.standby] = [this.standby, this.primary];
  }

  /** Starts the former primary again as it was, as a supervisor does that knows of no promotion. */
  async startFormerPrimary(): Promise<void> {
    await startOn(this.standby);
  }

  /** Makes the standby anew as a copy of the primary, and waits until commits wait for it. */
  async addStandby(): Promise<void> {
    if (this.standby.isRunning) {
      await killAll(this.standby);
    }
    await onServer(this.primaryUrl(), (client) => copyOf(this.primary, this.standby, client));
    await startOn(this.standby);
    await onServer(this.primaryUrl(), async (client) => {
      await client.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
      await client.query('SELECT pg_reload_conf()');
      await eventually('the standby follows', async () => {
        const { rowCount } = await client.query(
          `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'sync'`,
        );
        return rowCount === 1;
      });
    });
  }

  /** Stops both. Their folders stay. */
  async stop(): Promise<void> {
    // The primary first: its shutdown would wait for the standby otherwise.
    await this.standby.server?.stop();
    await this.primary.server?.stop();
  }
}

async function startOn(node: Node): Promise<void> {
  const { folder, port } = node;
  const server = await startEmbeddedPostgres({ dataDirectory: folder, port, settings: SETTINGS });
  Object.assign(node, { server, isRunning: true });
  void server.exited.then(() => {
    node.isRunning = false;
  });
}

function urlOf({ server, port }: Node, database: string): string {
  if (server === null) {
    throw new Error(`No server runs at port ${port}.`);
  }
  return server.connectionString(database);
}

async function copyOf(from: Node, to: Node, client: pg.Client): Promise<void> {
  const { host, port, user, password } = client as pg.Client & { user: string };
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const connection = `host=${host} port=${port} user=${user} password=${password ?? ''} application_name=standby`;
  await takeBaseBackup(from.folder, to.folder, client, {
    'standby.signal': '',
    'postgresql.auto.conf': `primary_conninfo = ${quoted(connection)}\n`,
  });
}

async function killAll(node: Node): Promise<void> {
  const lock = await readFile(join(node.folder, 'cluster', 'postmaster.pid'), 'utf8');
  const pid = Number(lock.split('\n')[0]);
  // The postmaster is paused first, so that no other process can begin.
  process.kill(pid, 'SIGSTOP');
  const { stdout } = await run('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  for (const child of stdout
    .split('\n')
    .map(Number)
    .filter((child) => child > 0)) {
    try {
      process.kill(child, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  }
  process.kill(pid, 'SIGKILL');
  await node.server?.exited;
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: onDatabase(url, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
