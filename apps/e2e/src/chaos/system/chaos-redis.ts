import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import {
  makeRunFolder,
  monitorRedis,
  onRedis,
  startTestRedis,
  type TestRedis,
} from '@reqrun/platform/testing';

/** A Redis server of the harness, with a monitor of all its commands. */
export class ChaosRedis {
  /** Commands that contained one of the secrets. */
  readonly leaks: string[] = [];
  /** Number of monitored commands. */
  commands = 0;
  private stopWatching = (): void => undefined;

  private constructor(
    private readonly directory: string,
    private readonly server: TestRedis,
    private readonly secrets: readonly string[],
  ) {}

  /**
   * Starts an empty server.
   *
   * @param secrets texts that no command may contain
   */
  static async start(secrets: readonly string[]): Promise<ChaosRedis> {
    const directory = await makeRunFolder('chaos-redis');
    const redis = new ChaosRedis(directory, await startTestRedis({ dir: directory }), secrets);
    await redis.watch();
    return redis;
  }

  /** `redis://127.0.0.1:<port>` */
  get url(): string {
    return this.server.url;
  }

  /** Port of the server, the same over restarts. */
  get port(): number {
    return this.server.port;
  }

  /** Removes all keys at once. */
  flush(): Promise<void> {
    return this.server.flush();
  }

  /** Restarts the server with all its data, or without. */
  async restart(data: 'kept' | 'lost'): Promise<void> {
    if (data === 'kept') {
      await onRedis(this.url, (client) => client.save());
    }
    await this.server.stop();
    if (data === 'lost') {
      await rm(join(this.directory, 'dump.rdb'), { force: true });
    }
    await this.server.restart();
    await rm(join(this.directory, 'dump.rdb'), { force: true });
    await this.watch();
  }

  /** Stops the server until {@link restart}. Connections are refused. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Pauses the server: connections stay open, and nothing is answered. */
  freeze(): void {
    this.server.freeze();
  }

  /** Resumes a paused server. */
  thaw(): void {
    this.server.thaw();
  }

  /** Leaves no memory for further keys, or removes that limit. */
  async limitMemory(limited: boolean): Promise<void> {
    await onRedis(this.url, (client) =>
      client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', limited ? '1' : '0'),
    );
  }

  /** Stops the server permanently and removes its folder. */
  async close(): Promise<void> {
    this.stopWatching();
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Monitors all commands from now on, until the server stops. */
  private async watch(): Promise<void> {
    this.stopWatching();
    this.stopWatching = await monitorRedis(this.url, (command) => {
      this.commands += 1;
      if (this.secrets.some((secret) => command.includes(secret))) {
        this.leaks.push(command.split('"')[1] ?? '');
      }
    });
  }
}
