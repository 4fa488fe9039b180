/**
 * Jest's globalSetup of the projects "integration" and "e2e": one PostgreSQL for the whole run, with a
 * template database that has all migrations. Test processes find both in their environment; see
 * libs/platform/src/testing.
 *
 * REQRUN_TEST_POSTGRES_URL, set by hand, names a server to use instead (as a user that may create
 * databases).
 */
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  describeProcess,
  startEmbeddedPostgres,
  stopOrphan,
} from '@reqrun/platform/embedded-postgres';
import { ensureDatabase, migrate, onDatabase } from '@reqrun/platform/migrations';

const SERVICES = Symbol.for('reqrun.jest-services');
const FOLDER_PREFIX = 'reqrun-jest-';

const root = join(import.meta.dirname, '..');

export default async function startServices() {
  // Each project of a run asks for its services; they are the same ones.
  globalThis[SERVICES] ??= start();
  const { url, template } = await globalThis[SERVICES];
  process.env.REQRUN_TEST_POSTGRES_URL = url;
  process.env.REQRUN_TEST_POSTGRES_TEMPLATE = template;
}

/** @returns {Promise<{ url: string, template: string, stop: () => Promise<void> }>} */
async function start() {
  await removeLeftovers();
  const given = process.env.REQRUN_TEST_POSTGRES_URL;
  const server = given ? { url: given, stop: async () => {} } : await startServer();
  const template = `reqrun_template_${process.pid}`;
  try {
    await makeTemplate(onDatabase(server.url, template));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, template };
}

async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
  // As root, the server runs as another user, who has to enter.
  await chmod(folder, 0o755);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedPostgres({
      dataDirectory: join(folder, 'postgres'),
      // Nothing here outlives the run.
      settings: { fsync: 'off', full_page_writes: 'off' },
    });
    return {
      url: postgres.connectionString(),
      stop: async () => {
        await postgres.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function makeTemplate(connectionString) {
  await ensureDatabase(connectionString);
  const schemaPath = join(root, 'prisma', 'schema.prisma');
  const migrationsPath = join(root, 'prisma', 'migrations');
  if (existsSync(schemaPath) && existsSync(migrationsPath)) {
    await migrate({ connectionString, schemaPath, migrationsPath });
  }
}

/** A run that was killed leaves its server and its folder; the folder's name tells whose they were. */
async function removeLeftovers() {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (!owner || owner === process.pid || (await describeProcess(owner)) !== undefined) {
      continue;
    }
    const folder = join(tmpdir(), name);
    // Somebody else's leftovers are not ours to remove, and no reason to fail.
    await stopOrphan(join(folder, 'postgres'))
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch(() => {});
  }
}
