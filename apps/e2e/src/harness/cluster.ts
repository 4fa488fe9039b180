import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Pool } from '@reqrun/platform/database';
import {
  createTestDatabase,
  makeRunFolder,
  startTestRedis,
  type TestDatabase,
  type TestRedis,
} from '@reqrun/platform/testing';

import { AdminClient, OWNER } from './admin-client.js';
import { Client } from './client.js';
import { Projects, type ProjectWishes, type TestProject } from './projects.js';
import { Service, type Settings, Simulator } from './services.js';

/** Options of a cluster. */
export interface ClusterOptions {
  /** Whether the cluster has a Redis. */
  readonly redis: boolean;
  /** Number of API processes; 1 by default. */
  readonly apis?: number;
  /** Number of workers; 1 by default. */
  readonly workers?: number;
  /** Whether direct dispatch is enabled, as after `npm start`; true by default. */
  readonly links?: boolean;
  /** Settings of APIs and workers, which override {@link SHORT_TIMES}. */
  readonly env?: Settings;
  /** Settings of the first project, e.g. `REQRUN_DEFAULT_WAIT`. */
  readonly project?: Settings;
  /** Returns the database URL of APIs and workers, e.g. of a proxy; the tests' own pool is direct. */
  readonly databaseUrl?: (direct: string) => string;
  /** Database on a server of the test's own, with the product's tables; one of the run's server by default. */
  readonly database?: TestDatabase;
  /** The master key, for a database that has contents. */
  readonly masterKey?: Buffer;
  /** Whether the direct URL is given besides, as `REQRUN_DIRECT_DATABASE_URL`; false by default. */
  readonly direct?: boolean;
}

/** Recovery within about two seconds, so that tests need not wait long for it. */
const SHORT_TIMES: Settings = {
  REQRUN_LEASE_MS: '1500',
  REQRUN_HEARTBEAT_MS: '300',
  REQRUN_REAP_MS: '200',
  REQRUN_POLL_MS: '500',
  REQRUN_WAITER_POLL_MS: '100',
};

/** The complete product in real processes, on a database of its own. */
export class Cluster {
  readonly apis: Service[] = [];
  readonly workers: Service[] = [];

  private constructor(
    readonly simulator: Simulator,
    readonly database: TestDatabase,
    readonly redis: TestRedis | undefined,
    readonly projects: Projects,
    /** The first project. */
    readonly project: TestProject,
    private readonly settings: Settings,
    /** Folder of the run with the links' sockets, if there are any. */
    private readonly links: string | undefined,
  ) {}

  /**
   * Starts all processes and waits until they are ready.
   *
   * @param options numbers of processes and their settings
   */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const masterKey = options.masterKey ?? randomBytes(32);
    const simulator = new Simulator();
    const [database, redis, links] = await Promise.all([
      options.database ?? createTestDatabase(),
      options.redis ? startTestRedis() : undefined,
      options.links === false ? undefined : makeRunFolder('link'),
      simulator.start(),
    ]);
    const projects = await Projects.open(database.connectionString, masterKey);
    const project = await projects.first(options.project ?? {});
    const settings = {
      ...SHORT_TIMES,
      DATABASE_URL: options.databaseUrl?.(database.connectionString) ?? database.connectionString,
      ...(options.direct === true && { REQRUN_DIRECT_DATABASE_URL: database.connectionString }),
      REQRUN_MASTER_KEY: masterKey.toString('hex'),
      REQRUN_SIMULATOR_URL: simulator.url,
      REQRUN_ADMIN_EMAIL: OWNER.email,
      REQRUN_ADMIN_PASSWORD: OWNER.password,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      // A subfolder, so that the workers create it. Short, because a socket's path is limited in length.
      ...(links === undefined ? {} : { REQRUN_LINK_DIRECTORY: join(links, 'l') }),
      ...options.env,
    };
    const cluster = new Cluster(simulator, database, redis, projects, project, settings, links);
    try {
      await Promise.all([
        ...Array.from({ length: options.apis ?? 1 }, () => cluster.addApi()),
        ...Array.from({ length: options.workers ?? 1 }, () => cluster.addWorker()),
      ]);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Origin of the first API, without /v1. */
  get baseUrl(): string {
    return this.api.origin;
  }

  /** The first API. */
  get api(): Service {
    return first(this.apis);
  }

  /** The first worker. */
  get worker(): Service {
    return first(this.workers);
  }

  /** The master key, in hexadecimal. */
  get masterKey(): string {
    return this.settings['REQRUN_MASTER_KEY'] ?? '';
  }

  /** Pool of superuser connections to the database. */
  get pool(): Pool {
    return this.projects.pool;
  }

  /** Client with the first project's test key, whose provider is the simulator. */
  get client(): Client {
    return this.clientFor(this.project.keys.test);
  }

  /**
   * Returns a client.
   *
   * @param key API key, or null for none
   * @param api the called API
   */
  clientFor(key: string | null, api: Service = this.api): Client {
    return new Client(api.origin, key);
  }

  /**
   * Returns a browser in which the first owner is signed in.
   *
   * @param api the called API
   */
  async owner(api: Service = this.api): Promise<AdminClient> {
    const browser = new AdminClient(api.origin);
    await browser.signIn(OWNER);
    return browser;
  }

  /** Creates another project. */
  addProject(wishes: ProjectWishes = {}): Promise<TestProject> {
    return this.projects.add(wishes);
  }

  /** Starts another API. */
  addApi(env: Settings = {}): Promise<Service> {
    const service = new Service(`api-${this.apis.length + 1}`, 'api', { ...this.settings, ...env });
    return started(this.apis, service);
  }

  /** Starts another worker. */
  addWorker(env: Settings = {}): Promise<Service> {
    const name = `worker-${this.workers.length + 1}`;
    return started(this.workers, new Service(name, 'worker', { ...this.settings, ...env }));
  }

  /**
   * Returns the worker of a request's latest attempt.
   *
   * @param requestId public id of the request
   */
  async ownerOf(requestId: string): Promise<Service> {
    const { rows } = await this.pool.query<{ worker_id: string }>(
      `SELECT worker_id FROM attempts WHERE request_id = $1::uuid ORDER BY number DESC LIMIT 1`,
      [requestId.slice(3)],
    );
    const owner = this.workers.find((worker) =>
      worker.logs().some((line) => line['worker_id'] === rows[0]?.worker_id),
    );
    if (owner === undefined) {
      throw new Error(`No worker of this cluster runs ${requestId}`);
    }
    return owner;
  }

  /** Output of all processes. */
  get output(): string {
    return [...this.apis, ...this.workers, this.simulator].map(({ output }) => output).join('\n');
  }

  /** Stops all processes, and the database last. */
  async stop(): Promise<void> {
    for (const process of [...this.apis, ...this.workers, this.simulator]) {
      process.kill('SIGKILL');
    }
    await Promise.all([...this.apis, ...this.workers, this.simulator].map(({ exited }) => exited));
    await Promise.all([this.projects.close(), this.redis?.close()]);
    if (this.links !== undefined) {
      await rm(this.links, { recursive: true, force: true });
    }
    await this.database.drop();
  }
}

async function started(list: Service[], service: Service): Promise<Service> {
  list.push(service);
  await service.start();
  return service;
}

function first(services: readonly Service[]): Service {
  const [service] = services;
  if (service === undefined) {
    throw new Error('This cluster has none.');
  }
  return service;
}
