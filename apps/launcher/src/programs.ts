import { join } from 'node:path';

import type { DatabaseReady } from './database.js';
import { CHECKOUT, type Home } from './home.js';
import type { Liveness, Program } from './program.js';
import { StartError } from './start-error.js';

/** How long API, worker and simulator may take to become ready, in milliseconds. */
const READY_TIMEOUT_MS = 60_000;
/** Recovery after a crash and, as root, a copy of the binaries come first. */
const DATABASE_READY_TIMEOUT_MS = 180_000;
/** Time that a process may take beyond its grace until it is killed, in milliseconds. */
const STOP_MARGIN_MS = 5_000;
/** PostgreSQL's fast shutdown, then its immediate one. */
const DATABASE_STOP_MS = 30_000;

const LOOPBACK = '127.0.0.1,::1';

/**
 * Flag for the heap: the size of half the young generation, in MiB. Twice as much made no request cheaper, and took
 * about 45 MiB more under load. It is Node's own default, set so that no release changes it. The container image sets
 * the same.
 */
const YOUNG_GENERATION = '--max-semi-space-size=16';

/**
 * Flag for the heaps of processes that have little to do, now and under load: a small young generation.
 */
const LITTLE_TO_DO = ['--max-semi-space-size=2'];

/**
 * For glibc's malloc, see mallopt(3); others ignore it. Memory for a large body is kept when it is
 * freed, up to this much, instead of being given back and asked for again: each of its pages would be
 * a fault, which costs more than all that is done with the body. The container image sets the same.
 */
const KEEP_MEMORY = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 1024 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(256 * 1024 * 1024),
};

/** Key of a collector, which API and worker alone send to. */
const OF_COLLECTOR = 'OTEL_EXPORTER_OTLP_HEADERS';

/** From Node 22 on compiled code is kept here, which takes a second off the next start. */
const COMPILE_CACHE = join(CHECKOUT, 'node_modules/.cache/node-compile');

/** Parts of the environment that API and worker are started with. */
export interface ServiceEnvironment {
  /** The launcher's own environment. */
  readonly inherited: NodeJS.ProcessEnv;
  readonly databaseUrl: string;
  /** `REQRUN_ADMIN_DATABASE_URL` of the API, where the launcher has made that login. */
  readonly adminDatabaseUrl?: string;
  /** The folder of `REQRUN_LINK_DIRECTORY`, if there can be one. */
  readonly links?: string;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  /** With `/v1`; undefined where there is none. */
  readonly simulatorUrl?: string;
  /** Origin at which this machine reaches the API, without `/v1`. */
  readonly baseUrl: string;
  /** Origin at which users reach the dashboard. */
  readonly dashboardUrl: string;
  /** `REQRUN_SHUTDOWN_GRACE_MS`. */
  readonly graceMs: number;
  /** `REQRUN_HANG_TIMEOUT_MS`; 0 when nobody is to watch. */
  readonly hangTimeoutMs: number;
}

/**
 * The embedded database's keeper. Nobody watches whether it hangs: once the server runs, it only waits,
 * and to kill it would take the database away from all others.
 *
 * @param home where its data lies
 * @param database the name of the database
 * @param graceMs how long its users may take to end when the launcher is gone
 * @param onReady told where it is, at each start the same
 */
export function databaseProgram(
  home: Home,
  database: string,
  graceMs: number,
  onReady: (ready: DatabaseReady) => void,
): Program {
  let port: number | undefined;
  return {
    name: 'database',
    script: join(CHECKOUT, 'apps/launcher/dist/database.js'),
    nodeFlags: LITTLE_TO_DO,
    arguments: () => [
      `--directory=${home.database}`,
      `--database=${database}`,
      `--patience-ms=${2 * (graceMs + STOP_MARGIN_MS)}`,
      // The others know it by its port: after a restart it must be the same.
      ...(port === undefined ? [] : [`--port=${port}`]),
    ],
    env: without(withoutSecrets(process.env), [OF_COLLECTOR]),
    readiness: {
      kind: 'message',
      onReady: (message) => {
        const ready = message as DatabaseReady;
        port = ready.port;
        onReady(ready);
      },
    },
    readyTimeoutMs: DATABASE_READY_TIMEOUT_MS,
    stopTimeoutMs: DATABASE_STOP_MS,
  };
}

/**
 * The simulator.
 *
 * @param hangTimeoutMs `REQRUN_HANG_TIMEOUT_MS`
 * @param onReady told its port, at each start the same
 */
export function simulatorProgram(hangTimeoutMs: number, onReady: (port: number) => void): Program {
  let port = 0;
  return {
    name: 'simulator',
    script: join(CHECKOUT, 'apps/simulator/dist/main.js'),
    nodeFlags: LITTLE_TO_DO,
    arguments: () => ['--host', '127.0.0.1', '--port', String(port)],
    env: without(withoutSecrets(process.env), [OF_COLLECTOR]),
    readiness: {
      kind: 'event',
      event: 'listening',
      onReady: (fields) => {
        const its = fields['port'];
        if (typeof its !== 'number') {
          throw new StartError('The simulator does not say where it listens.');
        }
        port = its;
        onReady(port);
      },
    },
    ...liveness(hangTimeoutMs, { path: '/health/live' }),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_MARGIN_MS,
  };
}

/**
 * The API.
 *
 * @param environment what it is started with
 * @param port where it listens
 */
export function apiProgram(environment: ServiceEnvironment, port: number): Program {
  return {
    name: 'api',
    script: join(CHECKOUT, 'apps/api/dist/main.js'),
    arguments: () => [],
    env: {
      // The dashboard passes calls on from this machine, and says from where.
      REQRUN_TRUST_PROXY: LOOPBACK,
      REQRUN_PUBLIC_URL: environment.baseUrl,
      ...serviceEnv(environment),
      ...(environment.adminDatabaseUrl === undefined
        ? {}
        : { REQRUN_ADMIN_DATABASE_URL: environment.adminDatabaseUrl }),
      REQRUN_API_PORT: String(port),
    },
    readiness: { kind: 'url', url: `${environment.baseUrl}/health/ready` },
    ...liveness(environment.hangTimeoutMs, { url: `${environment.baseUrl}/health/live` }),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: environment.graceMs + STOP_MARGIN_MS,
  };
}

/** Address at which the dashboard listens, and whom it talks to. */
export interface DashboardPlace {
  readonly host: string;
  readonly port: number;
  /** Origin at which it is asked whether it is ready. */
  readonly origin: string;
  readonly apiUrl: string;
}

/**
 * The dashboard. It is told of the API alone: not of the database, not of Redis.
 *
 * @param environment what the services are started with
 * @param place where it listens, and whom it talks to
 */
export function dashboardProgram(environment: ServiceEnvironment, place: DashboardPlace): Program {
  const env: NodeJS.ProcessEnv = {
    ...withoutSecrets(environment.inherited),
    NODE_ENV: 'production',
    REQRUN_DASHBOARD_HOST: place.host,
    REQRUN_DASHBOARD_PORT: String(place.port),
    REQRUN_DASHBOARD_URL: environment.dashboardUrl,
    REQRUN_API_URL: place.apiUrl,
  };
  return {
    name: 'dashboard',
    script: join(CHECKOUT, 'apps/dashboard/dist/main.js'),
    nodeFlags: LITTLE_TO_DO,
    arguments: () => [],
    env: without(env, [
      'DATABASE_URL',
      'REDIS_URL',
      'REQRUN_ADMIN_DATABASE_URL',
      'REQRUN_SMTP_URL',
      OF_COLLECTOR,
    ]),
    readiness: { kind: 'url', url: `${place.origin}/health/live` },
    ...liveness(environment.hangTimeoutMs, { url: `${place.origin}/health/live` }),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: STOP_MARGIN_MS,
  };
}

/**
 * One worker.
 *
 * @param environment what it is started with
 * @param number from 1
 */
export function workerProgram(environment: ServiceEnvironment, number: number): Program {
  return {
    name: number === 1 ? 'worker' : `worker-${number}`,
    script: join(CHECKOUT, 'apps/worker/dist/main.js'),
    arguments: () => [],
    env: serviceEnv(environment),
    readiness: { kind: 'message' },
    ...liveness(environment.hangTimeoutMs, { path: '/health/live' }),
    readyTimeoutMs: READY_TIMEOUT_MS,
    stopTimeoutMs: environment.graceMs + STOP_MARGIN_MS,
  };
}

function liveness(timeoutMs: number, place: Liveness['place']): Pick<Program, 'liveness'> {
  return timeoutMs === 0 ? {} : { liveness: { place, timeoutMs } };
}

function serviceEnv(environment: ServiceEnvironment): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: ownOptions = '' } = environment.inherited;
  return {
    ...KEEP_MEMORY,
    ...(environment.links === undefined ? {} : { REQRUN_LINK_DIRECTORY: environment.links }),
    ...withoutSecrets(environment.inherited),
    // What a user has set comes last and wins.
    NODE_OPTIONS: `${YOUNG_GENERATION} ${ownOptions}`.trimEnd(),
    DATABASE_URL: environment.databaseUrl,
    REQRUN_MASTER_KEY: environment.masterKey.toString('hex'),
    ...(environment.simulatorUrl === undefined
      ? {}
      : { REQRUN_SIMULATOR_URL: environment.simulatorUrl }),
    REQRUN_DASHBOARD_URL: environment.dashboardUrl,
  };
}

/**
 * Each process is told what it needs; the provider's key stands, encrypted, in the database, and the
 * first owner has been made.
 */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const rest: NodeJS.ProcessEnv = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment };
  return without(rest, ['OPENAI_API_KEY', 'REQRUN_MASTER_KEY', 'REQRUN_ADMIN_PASSWORD']);
}

/** Leaves secrets out, and the files that they stand in. */
function without(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  const left = Object.entries(environment).filter(
    ([name]) => !names.includes(name.replace(/_FILE$/, '')),
  );
  return Object.fromEntries(left);
}
