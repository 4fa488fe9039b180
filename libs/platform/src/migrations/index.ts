export { onDatabase } from '../database/index.js';
export { ensureDatabase } from './databases.js';
export {
  createMigration,
  schemaDrift,
  type CreateMigrationOptions,
  type DriftOptions,
} from './drift.js';
export { ensureLogins, type Login, type Logins } from './logins.js';
export { MigrationError, type MigrationErrorCode } from './error.js';
export { migrate, pendingMigrations, type MigrateOptions } from './migrate.js';
export { ensureRole } from './role.js';
export { type MigrationSources } from './sources.js';
