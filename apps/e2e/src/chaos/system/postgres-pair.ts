import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { makeRunFolder, ReplicatedPostgres } from '@reqrun/platform/testing';

import { DATABASE, makeTables } from './chaos-postgres.js';

/** A primary and its synchronous standby, which takes over when the primary dies. */
export class PostgresPair {
  private constructor(
    private readonly folders: readonly [string, string],
    private readonly servers: ReplicatedPostgres,
  ) {}

  /** Starts both, with the product's tables. */
  static async start(): Promise<PostgresPair> {
    const folders = [await makeRunFolder('primary'), await makeRunFolder('standby')] as const;
    const pair = new PostgresPair(folders, await ReplicatedPostgres.start({ folders }));
    await makeTables(pair.url);
    return pair;
  }

  /** URL of the product's database with both hosts, with the superuser. */
  get url(): string {
    return this.servers.url(DATABASE);
  }

  /** Port of the primary. */
  get port(): number {
    return this.servers.primaryPort;
  }

  /**
   * Kills the primary, promotes the standby, and makes the former primary its standby.
   *
   * @param unnoticedMs time until somebody promotes the standby, in ms
   * @param former what the former primary does before it becomes a standby: it stays away, or it starts again
   *   as the primary that it was
   * @param formerMs time for which it does so, in ms
   * @returns time without a primary, in ms
   */
  async failOver(
    unnoticedMs: number,
    former: 'away' | 'primary',
    formerMs: number,
  ): Promise<number> {
    const from = performance.now();
    await this.servers.killPrimary();
    await delay(unnoticedMs);
    await this.servers.promote();
    const tookMs = performance.now() - from;
    if (former === 'primary') {
      await this.servers.startFormerPrimary();
    }
    await delay(formerMs);
    await this.servers.addStandby();
    return tookMs;
  }

  /** Stops both servers and removes their files. */
  async stop(): Promise<void> {
    await this.servers.stop();
    await Promise.all(this.folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}
