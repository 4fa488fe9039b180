/**
 * Jest's globalSetup of the projects "integration" and "e2e": one PostgreSQL for the whole run, with a
 * template database that has all migrations. Test processes find both in their environment; see
 * libs/platform/src/testing.
 *
 * REQRUN_TEST_POSTGRES names another major version of PostgreSQL, 14 to 18.
 * REQRUN_TEST_POSTGRES_URL, set by hand, names a server to use instead (as a user that may create
 * databases).
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { ensureDatabase, migrate, onDatabase } from '@reqrun/platform/migrations';
import { makeRunFolder, postgresIn, removeLeftovers } from '@reqrun/platform/testing';

import { testPostgresPackage } from './lib/test-postgres.mjs';

const SERVICES = Symbol.for('reqrun.jest-services');

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
  const folder = await makeRunFolder('services');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const postgres = await startEmbeddedPostgres({
      dataDirectory: postgresIn(folder),
      packageDirectory: await testPostgresPackage(process.env.REQRUN_TEST_POSTGRES),
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
