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

/** What is started. */
export interface ClusterOptions {
  /** Whether there is a Redis. */
  readonly redis: boolean;
  /** API processes; 1 by default. */
  readonly apis?: number;
  /** Workers; 1 by default. */
  readonly workers?: number;
  /** Whether APIs give waited requests to workers directly, as after `npm start`; true by default. */
  readonly links?: boolean;
  /** Settings of APIs and workers, over {@link SHORT_TIMES}. */
  readonly env?: Settings;
  /** What the first project is set up with, e.g. `REQRUN_DEFAULT_WAIT`. */
  readonly project?: Settings;
  /** Where APIs and workers find the database, e.g. behind a proxy; the tests' own pool is direct. */
  readonly databaseUrl?: (direct: string) => string;
}

/** Recovery within about two seconds, so that tests need not wait for it. */
const SHORT_TIMES: Settings = {
  REQRUN_LEASE_MS: '1500',
  REQRUN_HEARTBEAT_MS: '300',
  REQRUN_REAP_MS: '200',
  REQRUN_POLL_MS: '500',
  REQRUN_WAITER_POLL_MS: '100',
};

/** The whole product in real processes, on a database of its own. */
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
    /** The run folder in which the sockets lie, if there are any. */
    private readonly links: string | undefined,
  ) {}

  /**
   * Starts everything and waits until it is ready.
   *
   * @param options how many of what
   */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const masterKey = randomBytes(32);
    const simulator = new Simulator();
    const [database, redis, links] = await Promise.all([
      createTestDatabase(),
      options.redis ? startTestRedis() : undefined,
      options.links === false ? undefined : makeRunFolder('link'),
      simulator.start(),
    ]);
    const projects = await Projects.open(database.connectionString, masterKey);
    const project = await projects.first(options.project ?? {});
    const settings = {
      ...SHORT_TIMES,
      DATABASE_URL: options.databaseUrl?.(database.connectionString) ?? database.connectionString,
      REQRUN_MASTER_KEY: masterKey.toString('hex'),
      REQRUN_SIMULATOR_URL: simulator.url,
      REQRUN_ADMIN_EMAIL: OWNER.email,
      REQRUN_ADMIN_PASSWORD: OWNER.password,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      // One below, so that it is the workers who make it. Short: a socket's path has few bytes.
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

  /** Where the first API listens, with no /v1. */
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

  /** A pool of superuser's connections to the database. */
  get pool(): Pool {
    return this.projects.pool;
  }

  /** A caller with the first project's test key: its provider is the simulator. */
  get client(): Client {
    return this.clientFor(this.project.keys.test);
  }

  /**
   * A caller.
   *
   * @param key its API key, or null for none
   * @param api which API it calls
   */
  clientFor(key: string | null, api: Service = this.api): Client {
    return new Client(api.origin, key);
  }

  /**
   * A browser of the first owner, signed in.
   *
   * @param api which API it calls
   */
  async owner(api: Service = this.api): Promise<AdminClient> {
    const browser = new AdminClient(api.origin);
    await browser.signIn(OWNER);
    return browser;
  }

  /** Another project. */
  addProject(wishes: ProjectWishes = {}): Promise<TestProject> {
    return this.projects.add(wishes);
  }

  /** Another API. */
  addApi(env: Settings = {}): Promise<Service> {
    const service = new Service(`api-${this.apis.length + 1}`, 'api', { ...this.settings, ...env });
    return started(this.apis, service);
  }

  /** Another worker. */
  addWorker(env: Settings = {}): Promise<Service> {
    const name = `worker-${this.workers.length + 1}`;
    return started(this.workers, new Service(name, 'worker', { ...this.settings, ...env }));
  }

  /**
   * The worker that runs a request's latest attempt.
   *
   * @param requestId its public id
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

  /** Everything that all processes printed. */
  get output(): string {
    return [...this.apis, ...this.workers, this.simulator].map(({ output }) => output).join('\n');
  }

  /** Stops everything; the database goes last. */
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
