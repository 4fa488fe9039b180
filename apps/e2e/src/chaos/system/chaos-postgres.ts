import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase, migrate } from '@reqrun/platform/migrations';

import { CHECKOUT } from './checkout.js';

const DATABASE = 'reqrun';
const run = promisify(execFile);

/** A time during which PostgreSQL could not commit, in Unix ms. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

/** A PostgreSQL of the harness's own, with its shipped settings, that may be treated badly. */
export class ChaosPostgres {
  /** When no server was running. */
  readonly outages: Outage[] = [];

  private constructor(
    private readonly directory: string,
    private server: EmbeddedPostgres,
  ) {}

  /**
   * Makes a server with the product's tables.
   *
   * @param directory where it lives
   */
  static async start(directory: string): Promise<ChaosPostgres> {
    const server = await startEmbeddedPostgres({ dataDirectory: directory });
    const postgres = new ChaosPostgres(directory, server);
    await ensureDatabase(postgres.url);
    await migrate({
      connectionString: postgres.url,
      schemaPath: join(CHECKOUT, 'prisma', 'schema.prisma'),
      migrationsPath: join(CHECKOUT, 'prisma', 'migrations'),
    });
    return postgres;
  }

  /** Its port, the same over restarts. */
  get port(): number {
    return this.server.port;
  }

  /** The superuser's URL of the product's database. */
  get url(): string {
    return this.server.connectionString(DATABASE);
  }

  /**
   * Restarts it with its fast shutdown: sessions are ended, a checkpoint is written.
   *
   * @param downMs how long it stays away
   */
  async restart(downMs: number): Promise<void> {
    await this.server.stop();
    await this.startAgain(downMs);
  }

  /**
   * Ends it without a checkpoint and starts it again: it recovers from its log.
   *
   * @param signal SIGQUIT is PostgreSQL's immediate shutdown, SIGKILL kills its first process
   * @param downMs how long it stays away
   */
  async crash(signal: 'SIGQUIT' | 'SIGKILL', downMs: number): Promise<void> {
    process.kill(await this.pid(), signal);
    await this.server.exited;
    await this.startAgain(downMs);
  }

  /**
   * Stops all of its processes where they are and lets them go on: connections stay open, statements
   * that were sent meanwhile are run then.
   *
   * @param frozenMs how long it stands still
   */
  async freeze(frozenMs: number): Promise<void> {
    const pid = await this.pid();
    // Its first process is stopped first: no other can begin.
    process.kill(pid, 'SIGSTOP');
    const { stdout } = await run('pgrep', ['-P', String(pid)]);
    const others = stdout.trim().split('\n').map(Number);
    others.forEach((other) => process.kill(other, 'SIGSTOP'));
    await delay(frozenMs);
    [...others, pid].forEach((one) => process.kill(one, 'SIGCONT'));
  }

  /** Stops it for good. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Its first process. */
  private async pid(): Promise<number> {
    const lock = await readFile(join(this.directory, 'cluster', 'postmaster.pid'), 'utf8');
    return Number(lock.split('\n')[0]);
  }

  private async startAgain(downMs: number): Promise<void> {
    const { port } = this.server;
    const from = Date.now();
    await delay(downMs);
    // Behind this moment it may be up any time.
    this.outages.push({ from, until: Date.now() });
    this.server = await startEmbeddedPostgres({ dataDirectory: this.directory, port });
  }
}
