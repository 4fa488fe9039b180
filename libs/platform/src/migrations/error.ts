/** Why migrations could not be read, compared or applied. */
export type MigrationErrorCode =
  /** The schema or the migrations folder cannot be read. */
  | 'files_unreadable'
  /** The database cannot be reached, or does not let us in. */
  | 'database_unavailable'
  /** Another process kept migrating for longer than we wait. */
  | 'locked'
  /** A migration failed at an earlier attempt and has to be looked at. */
  | 'failed_before'
  /** The server lacks a role, and the user may not make it. */
  | 'role_missing'
  /** The user may not create tables in the database. */
  | 'not_allowed'
  /** Prisma's schema engine refused, or a statement of a migration failed. */
  | 'engine_failed';

/** Any failure of a migration; the message names migrations and quotes PostgreSQL, never rows. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    /** Machine-readable reason. */
    readonly code: MigrationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
