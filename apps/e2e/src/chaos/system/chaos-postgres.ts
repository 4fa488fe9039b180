import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase, migrate } from '@reqrun/platform/migrations';

import { CHECKOUT } from './checkout.js';

/** Name of the product's database. */
export const DATABASE = 'reqrun';
const run = promisify(execFile);

/** A period in which PostgreSQL could not commit, in Unix ms. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

/** A PostgreSQL server of the harness, with the shipped settings, on which faults can be caused. */
export class ChaosPostgres {
  /** Periods in which no server was running. */
  readonly outages: Outage[] = [];

  private constructor(
    private readonly directory: string,
    private server: EmbeddedPostgres,
  ) {}

  /**
   * Starts a server with the product's tables.
   *
   * @param directory folder of the server
   */
  static async start(directory: string): Promise<ChaosPostgres> {
    const server = await startEmbeddedPostgres({ dataDirectory: directory });
    const postgres = new ChaosPostgres(directory, server);
    await makeTables(postgres.url);
    return postgres;
  }

  /** Port of the server, the same over restarts. */
  get port(): number {
    return this.server.port;
  }

  /** URL of the product's database, with the superuser. */
  get url(): string {
    return this.server.connectionString(DATABASE);
  }

  /**
   * Restarts the server with its fast shutdown: sessions are ended, a checkpoint is written.
   *
   * @param downMs time until the start, in ms
   */
  async restart(downMs: number): Promise<void> {
    await this.server.stop();
    await this.startAgain(downMs);
  }

  /**
   * Ends the server without a checkpoint and starts it again. It recovers from its log.
   *
   * @param signal SIGQUIT is PostgreSQL's immediate shutdown, SIGKILL kills the postmaster
   * @param downMs time until the start, in ms
   */
  async crash(signal: 'SIGQUIT' | 'SIGKILL', downMs: number): Promise<void> {
    process.kill(await this.pid(), signal);
    await this.server.exited;
    await this.startAgain(downMs);
  }

  /**
   * Pauses all processes of the server and resumes them. Connections stay open; statements sent meanwhile run
   * afterwards.
   *
   * @param frozenMs duration of the pause, in ms
   */
  async freeze(frozenMs: number): Promise<void> {
    const pid = await this.pid();
    // The postmaster is paused first, so that no other process can begin.
    process.kill(pid, 'SIGSTOP');
    const { stdout } = await run('pgrep', ['-P', String(pid)]);
    const others = stdout.trim().split('\n').map(Number);
    others.forEach((other) => process.kill(other, 'SIGSTOP'));
    await delay(frozenMs);
    [...others, pid].forEach((one) => process.kill(one, 'SIGCONT'));
  }

  /** Stops the server permanently. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Returns the process id of the postmaster. */
  private async pid(): Promise<number> {
    const lock = await readFile(join(this.directory, 'cluster', 'postmaster.pid'), 'utf8');
    return Number(lock.split('\n')[0]);
  }

  private async startAgain(downMs: number): Promise<void> {
    const { port } = this.server;
    const from = Date.now();
    await delay(downMs);
    // After this time the server may be up.
    this.outages.push({ from, until: Date.now() });
    this.server = await startEmbeddedPostgres({ dataDirectory: this.directory, port });
  }
}

/**
 * Makes the product's database and its tables.
 *
 * @param connectionString URL of the database, with the superuser
 */
export async function makeTables(connectionString: string): Promise<void> {
  await ensureDatabase(connectionString);
  await migrate({
    connectionString,
    schemaPath: join(CHECKOUT, 'prisma', 'schema.prisma'),
    migrationsPath: join(CHECKOUT, 'prisma', 'migrations'),
  });
}
