import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import {
  makeRunFolder,
  monitorRedis,
  onRedis,
  startTestRedis,
  type TestRedis,
} from '@reqrun/platform/testing';

/** A Redis of the harness's own, and a look at every command that it gets. */
export class ChaosRedis {
  /** Commands that held one of the texts to look for. */
  readonly leaks: string[] = [];
  /** How many commands were looked at. */
  commands = 0;
  private stopWatching = (): void => undefined;

  private constructor(
    private readonly directory: string,
    private readonly server: TestRedis,
    private readonly secrets: readonly string[],
  ) {}

  /**
   * Starts it empty.
   *
   * @param secrets texts that no command may hold
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

  /** Its port, the same over restarts. */
  get port(): number {
    return this.server.port;
  }

  /** Removes all keys at once. */
  flush(): Promise<void> {
    return this.server.flush();
  }

  /** Restarts it with all its data, or with none. */
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

  /** Stops it until {@link restart}: connections are refused. */
  async stop(): Promise<void> {
    await this.server.stop();
  }

  /** Stops it in its tracks: connections stay open and nothing answers. */
  freeze(): void {
    this.server.freeze();
  }

  /** Lets a frozen one go on. */
  thaw(): void {
    this.server.thaw();
  }

  /** Leaves no memory for another key, or all of it again. */
  async limitMemory(limited: boolean): Promise<void> {
    await onRedis(this.url, (client) =>
      client.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', limited ? '1' : '0'),
    );
  }

  /** Ends it for good and removes its folder. */
  async close(): Promise<void> {
    this.stopWatching();
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Sees each command from now on, until the server stops. */
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
