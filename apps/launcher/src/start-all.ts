import { existsSync } from 'node:fs';

import {
  type LauncherConfig,
  ConfigError,
  DASHBOARD_PORT,
  loadServiceConfig,
} from '@reqrun/platform/config';
import { fitsSockets } from '@reqrun/platform/ipc';
import { redisPlace } from '@reqrun/platform/redis';

import { banner } from './banner.js';
import { type EmbeddedLogins, ensureEmbeddedLogins } from './embedded-logins.js';
import { ensureFirstOwner, ensureFirstToken } from './first-owner.js';
import { ensureFirstProject } from './first-project.js';
import { readFirstProjectConfig } from './first-project-config.js';
import { applyMigrations } from './apply-migrations.js';
import type { Home } from './home.js';
import { readLocalEnv, writeLocalEnv } from './local-env.js';
import { ensureMasterKey } from './master-key.js';
import { nearestPort, usablePort } from './ports.js';
import {
  apiProgram,
  dashboardProgram,
  databaseProgram,
  type ServiceEnvironment,
  simulatorProgram,
  workerProgram,
} from './programs.js';
import { checkDatabase, checkRedis } from './reachable.js';
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
}

/**
 * Finds wrong settings before anything is started, instead of one process after the other.
 *
 * @param config the launcher's own
 * @throws ConfigError naming what is wrong
 */
export function checkSettings(config: LauncherConfig): void {
  readFirstProjectConfig();
  loadServiceConfig({
    ...process.env,
    DATABASE_URL: config.DATABASE_URL ?? 'postgresql://embedded',
    REQRUN_MASTER_KEY: process.env['REQRUN_MASTER_KEY'] ?? '0'.repeat(64),
  });
  if (config.REQRUN_WORKERS > 1 && config.REQRUN_WORKER_PORT !== 0) {
    throw new ConfigError('REQRUN_WORKER_PORT must be 0 when REQRUN_WORKERS is more than 1');
  }
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
  const { config, home, terminal, supervisor } = context;
  const { REQRUN_API_HOST: host, REQRUN_SHUTDOWN_GRACE_MS: graceMs } = config;
  const port = await usablePort({
    name: 'API',
    port: config.REQRUN_API_PORT,
    host,
    settings: 'REQRUN_API',
  });
  const dashboardHost = config.REQRUN_DASHBOARD_HOST;
  const dashboardPort = await dashboardPortOf(config, port);
  if (config.DATABASE_URL !== undefined) {
    await checkDatabase(config.DATABASE_URL);
  }
  const redis = redisPlace(config);
  if (redis !== undefined) {
    const warning = await checkRedis(redis);
    if (warning !== null) {
      terminal.warn(warning);
    }
  }
  const masterKey = await ensureMasterKey(
    config.REQRUN_MASTER_KEY,
    home.masterKey,
    config.DATABASE_URL === undefined && existsSync(home.database),
  );

  terminal.say('Preparing the database …');
  const [{ databaseUrl, adminDatabaseUrl }, simulatorUrl] = await Promise.all([
    config.DATABASE_URL === undefined
      ? startDatabase(context)
      : { databaseUrl: config.DATABASE_URL, adminDatabaseUrl: undefined },
    startSimulator(context),
  ]);
  await applyMigrations(databaseUrl, (line) => terminal.say(line), adminDatabaseUrl !== undefined);

  const kept = await readLocalEnv(home.localEnv);
  const { createdKeys, provider, notes } = await ensureFirstProject({
    connectionString: databaseUrl,
    masterKey,
    previousMasterKey: config.REQRUN_MASTER_KEY_PREVIOUS,
    config: readFirstProjectConfig(),
    existingKeys: { live: kept['REQRUN_API_KEY'], test: kept['REQRUN_TEST_API_KEY'] },
  });
  const baseUrl = originOf(host, port);
  const dashboardOrigin = originOf(dashboardHost, dashboardPort);
  const dashboardUrl = config.REQRUN_DASHBOARD_URL?.replace(/\/$/, '') ?? dashboardOrigin;
  await writeLocalEnv(home.localEnv, {
    REQRUN_BASE_URL: baseUrl,
    REQRUN_DASHBOARD_URL: dashboardUrl,
    ...(createdKeys !== null && {
      REQRUN_API_KEY: createdKeys.live,
      REQRUN_TEST_API_KEY: createdKeys.test,
    }),
  });

  await ensureFirstOwner({
    connectionString: databaseUrl,
    masterKey,
    previousMasterKey: config.REQRUN_MASTER_KEY_PREVIOUS,
    wishes: [
      { email: config.REQRUN_ADMIN_EMAIL, password: config.REQRUN_ADMIN_PASSWORD },
      { email: kept['REQRUN_ADMIN_EMAIL'], password: kept['REQRUN_ADMIN_PASSWORD'] },
    ],
    keep: ({ email, password }) =>
      writeLocalEnv(home.localEnv, { REQRUN_ADMIN_EMAIL: email, REQRUN_ADMIN_PASSWORD: password }),
  });

  const { REQRUN_ADMIN_EMAIL: email } = await readLocalEnv(home.localEnv);
  // Written there by the start that made the first owner: of a database of others it says nothing.
  if (email !== undefined) {
    const token = await ensureFirstToken(
      {
        connectionString: databaseUrl,
        masterKey,
        previousMasterKey: config.REQRUN_MASTER_KEY_PREVIOUS,
      },
      { email, kept: kept['REQRUN_ADMIN_TOKEN'] },
    );
    if (token !== null) {
      await writeLocalEnv(home.localEnv, { REQRUN_ADMIN_TOKEN: token });
    }
  }

  const linksFit = fitsSockets(home.links);
  if (!linksFit) {
    terminal.warn(
      'The path of REQRUN_HOME is too long for sockets: waited requests go by the table, which takes longer.',
    );
  }
  terminal.say('Starting API, worker and dashboard …');
  const environment: ServiceEnvironment = {
    inherited: process.env,
    ...(linksFit ? { links: home.links } : {}),
    databaseUrl,
    ...(adminDatabaseUrl === undefined ? {} : { adminDatabaseUrl }),
    masterKey,
    simulatorUrl,
    baseUrl,
    dashboardUrl,
    graceMs,
    hangTimeoutMs: config.REQRUN_HANG_TIMEOUT_MS,
  };
  await Promise.all([
    supervisor.start('api', apiProgram(environment, port)),
    supervisor.start(
      'dashboard',
      dashboardProgram(environment, {
        host: dashboardHost,
        port: dashboardPort,
        origin: dashboardOrigin,
        apiUrl: baseUrl,
      }),
    ),
    ...Array.from({ length: config.REQRUN_WORKERS }, async (_, index) => {
      await supervisor.start('workers', workerProgram(environment, index + 1));
    }),
  ]);
  for (const note of notes) {
    terminal.warn(note);
  }
  terminal.show(
    banner(
      {
        baseUrl,
        dashboardUrl,
        provider,
        usesRedis: config.REDIS_URL !== undefined,
        usesOwnDatabase: config.DATABASE_URL !== undefined,
        hasToken: (await readLocalEnv(home.localEnv))['REQRUN_ADMIN_TOKEN'] !== undefined,
        hasKeys: createdKeys !== null || kept['REQRUN_API_KEY'] !== undefined,
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

async function startDatabase({ config, home, supervisor }: StartContext): Promise<EmbeddedLogins> {
  let superuserUrl = '';
  await supervisor.start(
    'database',
    databaseProgram(home, DATABASE_NAME, config.REQRUN_SHUTDOWN_GRACE_MS, (ready) => {
      superuserUrl = ready.connectionString;
    }),
  );
  return await ensureEmbeddedLogins(superuserUrl);
}

async function startSimulator({ config, supervisor }: StartContext): Promise<string> {
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
