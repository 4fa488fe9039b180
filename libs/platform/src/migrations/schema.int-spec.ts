import { join } from 'node:path';

import { createTestDatabase } from '../testing/index.js';
import { pendingMigrations, schemaDrift } from './index.js';

const prisma = join(import.meta.dirname, '../../../../prisma');

describe('prisma/', () => {
  it('schema.prisma and the migrations say the same, and the test template has all of them', async () => {
    const database = await createTestDatabase();
    const options = {
      connectionString: database.connectionString,
      schemaPath: join(prisma, 'schema.prisma'),
      migrationsPath: join(prisma, 'migrations'),
    };
    try {
      expect(await schemaDrift(options)).toBe('');
      expect(await pendingMigrations(options)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
