import { existsSync } from 'node:fs';

import {
  type LauncherConfig,
  ConfigError,
  DASHBOARD_PORT,
  loadServiceConfig,
} from '@reqrun/platform/config';
import { fitsSockets } from '@reqrun/platform/ipc';

import { banner } from './banner.js';
import type { EmbeddedLogins } from './embedded-logins.js';
import type { Home } from './home.js';
import { readLocalEnv } from './local-env.js';
import { ensureMasterKey } from './master-key.js';
import { nearestPort, usablePort } from './ports.js';
import { Preparation } from './preparation.js';
import type { Prepared } from './prepare-jobs.js';
import type { Program } from './program.js';
import {
  apiProgram,
  dashboardProgram,
  databaseProgram,
  type ServiceEnvironment,
  simulatorProgram,
  workerProgram,
} from './programs.js';
import type { Supervisor } from './supervisor.js';
import type { Terminal } from './terminal.js';

/** The embedded server's database. */
const DATABASE_NAME = 'reqrun';

/** Parts that a start works with. */
export interface StartContext {
  readonly config: LauncherConfig;
  readonly home: Home;
  readonly terminal: Terminal;
  readonly supervisor: Supervisor;
  /** Makes another program of each that is to be started. */
  readonly adapt: (program: Program) => Program;
}

/**
 * Finds wrong settings before anything is started, instead of one process after the other.
 *
 * @param config the launcher's own
 * @throws ConfigError naming what is wrong
 */
export function checkSettings(config: LauncherConfig): void {
  loadServiceConfig({
    ...process.env,
    DATABASE_URL: config.DATABASE_URL ?? 'postgresql://embedded',
    REQRUN_MASTER_KEY: process.env['REQRUN_MASTER_KEY'] ?? '0'.repeat(64),
  });
  if (config.REQRUN_WORKERS > 1 && config.REQRUN_WORKER_PORT !== 0) {
    throw new ConfigError('REQRUN_WORKER_PORT must be 0 when REQRUN_WORKERS is more than 1');
  }
}

/** Ports that a start has found free. */
interface Ports {
  readonly api: number;
  /** Null where there is no dashboard. */
  readonly dashboard: number | null;
}

/**
 * Starts everything: what is cheap to refuse is looked at first, then the database and the simulator
 * beside each other, then what needs both.
 *
 * @param context what it works with
 * @returns when all of it is ready and the banner is shown
 * @throws StartError for a user to read; StartCanceled when a stop was requested
 */
export async function startAll(context: StartContext): Promise<void> {
  const { config, terminal } = context;
  const api = await usablePort({
    name: 'API',
    port: config.REQRUN_API_PORT,
    host: config.REQRUN_API_HOST,
    settings: 'REQRUN_API',
  });
  const ports = { api, dashboard: config.REQRUN_LEAN ? null : await dashboardPortOf(config, api) };
  const preparation = new Preparation(context.adapt, (line) => terminal.say(line));
  let prepared: Awaited<ReturnType<typeof prepareAll>>;
  try {
    prepared = await prepareAll(context, preparation, ports);
  } finally {
    preparation.close();
  }
  await startServices(context, prepared.environment, ports);
  await showReady(context, prepared);
}

/** Everything that API, worker and dashboard need before they are started. */
async function prepareAll(
  { config, home, terminal, supervisor }: StartContext,
  preparation: Preparation,
  ports: Ports,
): Promise<{ environment: ServiceEnvironment; prepared: Prepared }> {
  const { REQRUN_API_HOST: host, REQRUN_SHUTDOWN_GRACE_MS: graceMs } = config;
  const warning = await preparation.check();
  if (warning !== null) {
    terminal.warn(warning);
  }
  const masterKey = await ensureMasterKey(
    config.REQRUN_MASTER_KEY,
    home.masterKey,
    config.DATABASE_URL === undefined && existsSync(home.database),
  );

  terminal.say('Preparing the database …');
  const [{ databaseUrl, adminDatabaseUrl }, simulatorUrl] = await Promise.all([
    config.DATABASE_URL === undefined
      ? startDatabase({ config, home, supervisor }, preparation)
      : { databaseUrl: config.DATABASE_URL, adminDatabaseUrl: undefined },
    // One of the user's own serves as well.
    config.REQRUN_LEAN ? config.REQRUN_SIMULATOR_URL : startSimulator({ config, supervisor }),
  ]);
  const baseUrl = originOf(host, ports.api);
  const dashboardUrl =
    config.REQRUN_DASHBOARD_URL?.replace(/\/$/, '') ??
    originOf(config.REQRUN_DASHBOARD_HOST, ports.dashboard ?? DASHBOARD_PORT);
  const prepared = await preparation.prepare({
    ...{ databaseUrl, masterKey, localEnv: home.localEnv, baseUrl, dashboardUrl },
    hasAdminLogin: adminDatabaseUrl !== undefined,
  });

  const linksFit = fitsSockets(home.links);
  if (!linksFit) {
    terminal.warn(
      'The path of REQRUN_HOME is too long for sockets: waited requests go by the table, which takes longer.',
    );
  }
  return {
    prepared,
    environment: {
      inherited: process.env,
      ...(linksFit ? { links: home.links } : {}),
      databaseUrl,
      ...(adminDatabaseUrl === undefined ? {} : { adminDatabaseUrl }),
      masterKey,
      ...(simulatorUrl === undefined ? {} : { simulatorUrl }),
      baseUrl,
      dashboardUrl,
      graceMs,
      hangTimeoutMs: config.REQRUN_HANG_TIMEOUT_MS,
    },
  };
}

async function startServices(
  { config, terminal, supervisor }: StartContext,
  environment: ServiceEnvironment,
  ports: Ports,
): Promise<void> {
  const { dashboard } = ports;
  terminal.say(`Starting API${dashboard === null ? ' and worker' : ', worker and dashboard'} …`);
  const host = config.REQRUN_DASHBOARD_HOST;
  await Promise.all([
    supervisor.start('api', apiProgram(environment, ports.api)),
    ...(dashboard === null
      ? []
      : [
          supervisor.start(
            'dashboard',
            dashboardProgram(environment, {
              ...{ host, port: dashboard, origin: originOf(host, dashboard) },
              apiUrl: environment.baseUrl,
            }),
          ),
        ]),
    ...Array.from({ length: config.REQRUN_WORKERS }, async (_, index) => {
      await supervisor.start('workers', workerProgram(environment, index + 1));
    }),
  ]);
}

async function showReady(
  { config, home, terminal }: StartContext,
  { environment, prepared }: Awaited<ReturnType<typeof prepareAll>>,
): Promise<void> {
  const { provider, notes, hasKeys } = prepared;
  for (const note of notes) {
    terminal.warn(note);
  }
  terminal.show(
    banner(
      {
        baseUrl: environment.baseUrl,
        dashboardUrl: config.REQRUN_LEAN ? null : environment.dashboardUrl,
        provider:
          provider.kind === 'simulator' && environment.simulatorUrl === undefined
            ? { kind: 'none' }
            : provider,
        usesRedis: config.REDIS_URL !== undefined,
        usesOwnDatabase: config.DATABASE_URL !== undefined,
        hasToken: (await readLocalEnv(home.localEnv))['REQRUN_ADMIN_TOKEN'] !== undefined,
        hasKeys,
        home,
        // This process began as `npm start`: packages and build count.
        tookMs: performance.now(),
      },
      terminal,
    ),
  );
}

/** A port that a user has named is that one or none; nobody has, and any near the usual one will do. */
async function dashboardPortOf(config: LauncherConfig, apiPort: number): Promise<number> {
  const { REQRUN_DASHBOARD_HOST: host, REQRUN_DASHBOARD_PORT: named } = config;
  const wanted = {
    name: 'dashboard',
    port: named ?? DASHBOARD_PORT,
    host,
    settings: 'REQRUN_DASHBOARD',
  };
  return named === undefined ? await nearestPort(wanted, [apiPort]) : await usablePort(wanted);
}

async function startDatabase(
  { config, home, supervisor }: Pick<StartContext, 'config' | 'home' | 'supervisor'>,
  preparation: Preparation,
): Promise<EmbeddedLogins> {
  let superuserUrl = '';
  await supervisor.start(
    'database',
    databaseProgram(home, DATABASE_NAME, config.REQRUN_SHUTDOWN_GRACE_MS, (ready) => {
      superuserUrl = ready.connectionString;
    }),
  );
  return await preparation.logins(superuserUrl);
}

async function startSimulator({
  config,
  supervisor,
}: Pick<StartContext, 'config' | 'supervisor'>): Promise<string> {
  let port = 0;
  await supervisor.start(
    'simulator',
    simulatorProgram(config.REQRUN_HANG_TIMEOUT_MS, (its) => {
      port = its;
    }),
  );
  return `http://127.0.0.1:${port}/v1`;
}

/** Gives the origin at which this machine reaches what listens on an address. */
function originOf(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
