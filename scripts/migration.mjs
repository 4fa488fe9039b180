// `npm run migration -- "what it does"`: writes the difference between prisma/schema.prisma and the
// migrations as a new one, for you to read and complete. The migrations are tried on a PostgreSQL that
// lives for this moment.
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { startEmbeddedPostgres } from '@reqrun/platform/embedded-postgres';
import { createMigration } from '@reqrun/platform/migrations';
import { makeRunFolder, postgresIn } from '@reqrun/platform/testing';

const root = join(import.meta.dirname, '..');

const name = process.argv.slice(2).join(' ').trim();
if (name === '') {
  console.error(
    'Say in a few words what it does: npm run migration -- "add the color of a project"',
  );
  process.exit(2);
}

const folder = await makeRunFolder('migration');
try {
  const postgres = await startEmbeddedPostgres({
    dataDirectory: postgresIn(folder),
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  try {
    const path = await createMigration({
      connectionString: postgres.connectionString(),
      schemaPath: join(root, 'prisma/schema.prisma'),
      migrationsPath: join(root, 'prisma/migrations'),
      name,
    });
    console.log(
      path === undefined
        ? 'The schema and the migrations say the same: nothing to write.'
        : `Written: ${relative(root, path)}. Read it before you commit it.`,
    );
  } finally {
    await postgres.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
