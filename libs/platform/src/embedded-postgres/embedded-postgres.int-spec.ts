import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import pg from 'pg';

import { makeRunFolder, postgresIn } from '../testing/index.js';
import {
  describeProcess,
  NEW_DATABASE_MIB,
  startEmbeddedPostgres,
  stopOrphan,
  type EmbeddedPostgres,
} from './index.js';
import { WRITE_AHEAD_LOG_MIB } from './settings.js';

const isRoot = process.getuid?.() === 0;
/** A test's server need not survive a power cut. */
const settings = { fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

async function query(server: EmbeddedPostgres | string, text: string): Promise<unknown[]> {
  const connectionString = typeof server === 'string' ? server : server.connectionString();
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('startEmbeddedPostgres', () => {
  let folder: string;
  let dataDirectory: string;
  let log: string[];
  const started: EmbeddedPostgres[] = [];

  beforeEach(async () => {
    folder = await makeRunFolder('embedded');
    dataDirectory = postgresIn(folder);
    log = [];
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    await stopOrphan(dataDirectory);
    await rm(folder, { recursive: true, force: true });
  });

  it('makes nothing where the disk has no room for a database, and says what is missing', async () => {
    const asked: string[] = [];
    const small = async (mib: number, durable: boolean): Promise<unknown> =>
      await startEmbeddedPostgres({
        dataDirectory,
        settings: { ...settings, fsync: durable ? 'on' : 'off' },
        freeBytes: (directory) => {
          asked.push(directory);
          return Promise.resolve(mib * 1024 * 1024);
        },
      });
    await expect(small(NEW_DATABASE_MIB - 1, true)).rejects.toMatchObject({
      code: 'no_room',
      message: expect.stringMatching(
        /^A new database needs 640 MiB of disk, and \/\S+ has 639 MiB\. .*REQRUN_HOME.*DATABASE_URL/,
      ) as unknown,
    });
    await expect(small(127, false)).rejects.toMatchObject({ code: 'no_room' });
    expect(asked).toEqual(Array.from({ length: 2 }, () => expect.any(String) as unknown));
    expect(await readdir(asked[0]!)).toEqual([]);
  });

  it('asks for no room for a database that is there', async () => {
    const first = await start();
    await first.stop();
    await start({ freeBytes: () => Promise.resolve(0) });
  });

  const start = async (more: object = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({
      dataDirectory,
      settings,
      systemDirectory: join(folder, 'system'),
      onLog: (line) => log.push(line),
      ...more,
    });
    started.push(server);
    return server;
  };

  it('data, port and password survive a stop and a start', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null, expected: true });

    const second = await start();

    expect(second.connectionString()).toBe(first.connectionString());
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(log).toEqual([]);
  });

  it('only who has the password gets in, and only over the loopback address', async () => {
    const server = await start();
    const url = new URL(server.connectionString());
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(server, 'SHOW listen_addresses')).toEqual([
      { listen_addresses: '127.0.0.1' },
    ]);
    expect((await stat(join(server.directory, 'password'))).mode & 0o777).toBe(0o600);
  });

  it('a failed statement leaves nothing of itself in the log', async () => {
    const server = await start();
    await expect(query(server, `SELECT 'the secret prompt'::int`)).rejects.toThrow();
    await expect(query(server, `SELECT the_secret_prompt`)).rejects.toThrow();
    await server.stop();
    const text = await readFile(join(server.directory, 'server.log'), 'utf8');
    expect(text).toContain('ready to accept connections');
    expect(text).not.toContain('secret');
  });

  it('a data folder in use by a living process is refused, and its server goes on', async () => {
    const server = await start();
    await expect(start()).rejects.toMatchObject({ code: 'in_use' });
    expect(await stopOrphan(dataDirectory)).toBe('in_use');
    expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a server that a killed process left behind is stopped, and what it had committed is there', async () => {
    const { url, pid } = await startInDoomedProcess(dataDirectory);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await describeProcess(pid)).toBeDefined();

    const server = await start();

    expect(log.join()).toContain('left behind');
    expect(await describeProcess(pid)).toBeUndefined();
    expect(await query(server, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('after the server itself was killed, the next start recovers', async () => {
    const server = await start();
    await query(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const pid = await postmasterPid(server);
    process.kill(pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL', expected: false });

    const again = await start();

    expect(await query(again, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('no commit waits for a new segment of the log: all are there before the first, and recovery ends in them', async () => {
    const server = await start({ settings: { shared_buffers: '16MB', max_connections: '20' } });
    const segments = () => query(server, 'SELECT name FROM pg_ls_waldir() ORDER BY name');
    const laidOut = await segments();
    expect(laidOut).toHaveLength(WRITE_AHEAD_LOG_MIB / 16);
    await query(
      server,
      `SELECT pg_logical_emit_message(true, 'test', repeat('x', 1024 * 1024)) FROM generate_series(1, 55)`,
    );
    expect(await query(server, 'SELECT pg_walfile_name(pg_current_wal_lsn()) AS name')).toEqual([
      laidOut[3],
    ]);
    expect(await segments()).toEqual(laidOut);
    await query(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(await postmasterPid(server), 'SIGKILL');
    await server.exited;

    expect(await query(await start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('a lock file whose process id has since gone to somebody else does not prevent the start', async () => {
    const server = await start();
    const lockFile = join(server.directory, 'cluster', 'postmaster.pid');
    const text = await readFile(lockFile, 'utf8');
    process.kill(await postmasterPid(server), 'SIGKILL');
    await server.exited;
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await writeFile(lockFile, text.replace(/^\d+/, String(stranger.pid)));
      expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      stranger.kill();
    }
  });

  it('what a killed initialization left is removed, and never taken for a database', async () => {
    const leftover = join(dataDirectory, 'cluster.initializing-999999999');
    await mkdir(leftover, { recursive: true });
    await writeFile(join(leftover, 'PG_VERSION'), '18\n');

    const server = await start();

    expect(await readdir(server.directory)).toEqual(
      expect.arrayContaining(['cluster', 'password', 'port', 'server.log']),
    );
    expect((await readdir(server.directory)).join()).not.toContain('initializing');
  });

  it('a start that fails says why in one error', async () => {
    await expect(start({ settings: { ...settings, shared_buffers: 'plenty' } })).rejects.toThrow(
      /did not start.*invalid value for parameter "shared_buffers"/s,
    );
    const other = await start();
    await expect(
      startEmbeddedPostgres({ dataDirectory: join(folder, 'second'), port: other.port, settings }),
    ).rejects.toThrow(/did not start.*Address already in use/s);
  });

  it('data of another major version is refused with both versions named', async () => {
    const server = await start();
    await server.stop();
    await writeFile(join(server.directory, 'cluster', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({
      code: 'data_directory_unusable',
      message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18/s) as string,
    });
  });

  const itAsRoot = isRoot ? it : it.skip;

  itAsRoot(
    'below a folder that only root may enter, the data lies elsewhere behind a link',
    async () => {
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o700 });
      dataDirectory = join(closed, 'deep', 'postgres');

      const server = await start();

      expect(server.directory.startsWith(join(folder, 'system'))).toBe(true);
      expect(await realpath(dataDirectory)).toBe(server.directory);
      expect(log).toHaveLength(1);
      await query(server, 'CREATE TABLE kept AS SELECT 42 AS answer');
      await server.stop();
      expect(await query(await start(), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);

      // Removing the link is how somebody begins anew; the old data is kept, not taken up.
      await started[1]!.stop();
      await rm(dataDirectory);
      const anew = await start();
      expect(anew.directory).not.toBe(server.directory);
      expect(await query(anew, `SELECT to_regclass('kept') AS kept`)).toEqual([{ kept: null }]);
    },
  );
});

async function postmasterPid(server: EmbeddedPostgres): Promise<number> {
  const text = await readFile(join(server.directory, 'cluster', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

/** Starts a server in a process of its own and kills that process with SIGKILL. */
async function startInDoomedProcess(dataDirectory: string): Promise<{ url: string; pid: number }> {
  const program = `
    import { startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
    const server = await startEmbeddedPostgres(${JSON.stringify({ dataDirectory, settings })});
    console.log(server.connectionString());
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', () => reject(new Error('The process ended early.')));
  });
  child.removeAllListeners('exit');
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
  const text = await readFile(join(dataDirectory, 'cluster', 'postmaster.pid'), 'utf8');
  return { url, pid: Number(text.split('\n')[0]) };
}
