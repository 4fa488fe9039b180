import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Pool } from '@reqrun/platform/database';
import { makeRunFolder } from '@reqrun/platform/testing';

import { Projects, type TestProject } from '../../harness/projects.js';
import type { Settings } from '../../harness/services.js';
import { installAudit } from './audit.js';
import { ChaosPostgres } from './chaos-postgres.js';
import { ChaosRedis } from './chaos-redis.js';
import { ChaosSimulator } from './chaos-simulator.js';
import { PostgresPair } from './postgres-pair.js';
import { ProxiedLinks } from './proxied-links.js';
import { FaultyProxy } from './proxy.js';
import { Supervised } from './supervised.js';

/** Options of a system. */
export interface SystemOptions {
  readonly redis: boolean;
  /** Whether APIs and workers have links, so that waited requests use direct dispatch. */
  readonly links: boolean;
  readonly apis: number;
  readonly workers: number;
  /** Settings of APIs and workers. */
  readonly settings: Settings;
  /** Whether PostgreSQL has a synchronous standby. Services then connect to both, without proxies. */
  readonly standby?: boolean;
  /** Text in every prompt; no unencrypted storage or output may contain it. */
  readonly canary: string;
}

/** Short leases and heartbeats, so that a run need not wait long for them. */
export const SHORT_TIMES: Settings = {
  REQRUN_LEASE_MS: '2500',
  REQRUN_HEARTBEAT_MS: '500',
  REQRUN_REAP_MS: '300',
  REQRUN_SHUTDOWN_GRACE_MS: '2000',
};
/** Longest lease of {@link SHORT_TIMES}, in ms. */
export const SHORT_LEASE_MS = 2_500;

/**
 * The complete product in real processes under a supervisor. Every connection between two parts leads
 * through a proxy that can break it.
 */
export class System {
  readonly apis: Supervised[] = [];
  readonly workers: Supervised[] = [];

  private constructor(
    private readonly folder: string,
    readonly options: SystemOptions,
    /** The only server, or null where there is a pair. */
    private readonly single: ChaosPostgres | null,
    private readonly standbyPair: PostgresPair | null,
    readonly redis: ChaosRedis | null,
    readonly simulator: ChaosSimulator,
    readonly projects: Projects,
    /** Project of the load. */
    readonly project: TestProject,
    /** Another project, which must see nothing of the load. */
    readonly stranger: TestProject,
    readonly proxies: {
      readonly apiPostgres: FaultyProxy;
      readonly workerPostgres: FaultyProxy;
      readonly redis: FaultyProxy | null;
      readonly provider: FaultyProxy;
      readonly links: ProxiedLinks | null;
    },
  ) {}

  /**
   * Starts all processes and waits until they are ready.
   *
   * @param options numbers of processes and their settings
   */
  static async start(options: SystemOptions): Promise<System> {
    const folder = await makeRunFolder('chaos');
    const masterKey = randomBytes(32);
    const simulator = new ChaosSimulator(join(folder, 'calls.jsonl'));
    const [postgres, redis] = await Promise.all([
      options.standby === true
        ? PostgresPair.start()
        : ChaosPostgres.start(join(folder, 'postgres')),
      options.redis ? ChaosRedis.start([options.canary]) : null,
      simulator.start(),
    ]);
    const projects = await Projects.open(postgres.url, masterKey);
    const [project, stranger] = [await projects.first({}), await projects.add()];
    await installAudit(projects.pool);
    const proxies = {
      apiPostgres: await FaultyProxy.start(() => postgres.port),
      workerPostgres: await FaultyProxy.start(() => postgres.port),
      redis: redis === null ? null : await FaultyProxy.start(() => redis.port),
      provider: await FaultyProxy.start(() => simulator.listensOn),
      links: options.links ? await ProxiedLinks.start(join(folder, 'links')) : null,
    };
    const system = new System(
      folder,
      options,
      postgres instanceof ChaosPostgres ? postgres : null,
      postgres instanceof PostgresPair ? postgres : null,
      redis,
      simulator,
      projects,
      project,
      stranger,
      proxies,
    );
    await system.startServices(masterKey);
    return system;
  }

  /** The only PostgreSQL. */
  get postgres(): ChaosPostgres {
    return present(this.single);
  }

  /** The primary and its standby, of a system that has a standby. */
  get pair(): PostgresPair {
    return present(this.standbyPair);
  }

  /** Connections of the superuser, without proxies. */
  get pool(): Pool {
    return this.projects.pool;
  }

  /** All processes of the product. */
  get services(): readonly Supervised[] {
    return [...this.apis, ...this.workers];
  }

  /** Returns the provider's record of its calls. */
  callLines(): Promise<string> {
    return readFile(join(this.folder, 'calls.jsonl'), 'utf8').catch(() => '');
  }

  /** Returns the log of the PostgreSQL server. */
  postgresLog(): Promise<string> {
    return readFile(join(this.folder, 'postgres', 'server.log'), 'utf8').catch(() => '');
  }

  /** Returns the names of processes by worker id. */
  workerNames(): Map<string, string> {
    return new Map(
      this.workers.flatMap(({ name, workerIds }) => workerIds.map((id) => [id, name])),
    );
  }

  /** Stops all processes and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    this.simulator.kill('SIGKILL');
    await this.simulator.exited;
    const { links, ...others } = this.proxies;
    await links?.stop();
    Object.values(others).forEach((proxy) => proxy?.close());
    await this.projects.close().catch(() => undefined);
    await Promise.all([this.single?.stop(), this.standbyPair?.stop(), this.redis?.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startServices(masterKey: Buffer): Promise<void> {
    const { apis, workers, settings } = this.options;
    const shared: Settings = {
      REQRUN_MASTER_KEY: masterKey.toString('hex'),
      REQRUN_SIMULATOR_URL: `http://127.0.0.1:${this.proxies.provider.port}/v1`,
      REQRUN_FAILPOINTS: 'true',
      ...(this.redis === null || this.proxies.redis === null
        ? {}
        : { REDIS_URL: this.proxies.redis.through(this.redis.url) }),
      ...settings,
    };
    const through = (proxy: FaultyProxy): string =>
      this.standbyPair?.url ?? proxy.through(this.postgres.url);
    const linked = (folder: string | undefined): Settings =>
      folder === undefined ? {} : { REQRUN_LINK_DIRECTORY: folder };
    for (let n = 1; n <= apis; n += 1) {
      const DATABASE_URL = through(this.proxies.apiPostgres);
      this.apis.push(
        new Supervised(`api-${n}`, 'api', {
          ...linked(this.proxies.links?.apis),
          ...shared,
          DATABASE_URL,
        }),
      );
    }
    for (let n = 1; n <= workers; n += 1) {
      const DATABASE_URL = through(this.proxies.workerPostgres);
      this.workers.push(
        new Supervised(`worker-${n}`, 'worker', {
          ...linked(this.proxies.links?.workers),
          ...shared,
          DATABASE_URL,
        }),
      );
    }
    await Promise.all(this.services.map((service) => service.start()));
  }
}

function present<T>(part: T | null): T {
  if (part === null) {
    throw new Error('This system has no such part.');
  }
  return part;
}
