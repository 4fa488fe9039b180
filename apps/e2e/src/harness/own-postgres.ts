import { rm } from 'node:fs/promises';

import { type EmbeddedPostgres, startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import type { TestDatabase } from '@reqrun/platform/testing';

import { makeTables } from '../chaos/system/chaos-postgres.js';

const NAME = 'reqrun';

/** Settings of a small server. */
const SETTINGS = { min_wal_size: '80MB', max_wal_size: '160MB', shared_buffers: '32MB' };

/** A PostgreSQL of a test's own, in a folder of its choice. */
export class OwnPostgres implements TestDatabase {
  readonly name = NAME;

  private constructor(
    readonly folder: string,
    private server: EmbeddedPostgres,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts a server, and makes the product's tables where there are none.
   *
   * @param folder of the server
   * @param settings of PostgreSQL, which override those of a small server
   */
  static async start(
    folder: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<OwnPostgres> {
    const all = { ...SETTINGS, ...settings };
    const server = await startEmbeddedPostgres({ dataDirectory: folder, settings: all });
    const own = new OwnPostgres(folder, server, all);
    await makeTables(own.connectionString);
    return own;
  }

  get connectionString(): string {
    return this.server.connectionString(NAME);
  }

  /** URL of the database `postgres` on it. */
  get adminUrl(): string {
    return this.server.connectionString();
  }

  /** Starts the server again on its port if it has ended. */
  async startAgain(): Promise<void> {
    const { port } = this.server;
    await this.server.stop();
    this.server = await startEmbeddedPostgres({
      ...{ dataDirectory: this.folder, port, settings: this.settings },
    });
  }

  /** Stops the server; its folder stays. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Stops the server and removes its folder. */
  async drop(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
