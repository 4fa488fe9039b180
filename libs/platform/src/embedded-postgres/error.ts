/** Why the embedded PostgreSQL could not do what it was asked to. */
export type EmbeddedPostgresErrorCode =
  /** This platform, or what is installed on it, has no PostgreSQL binaries that run. */
  | 'binaries_unavailable'
  /** No operating-system user, or no folder, under which the server could run. */
  | 'placement_impossible'
  /** The disk has less room than a new database needs. */
  | 'no_room'
  /** `initdb` failed. */
  | 'initialization_failed'
  /** Another living process runs a server on this data folder. */
  | 'in_use'
  /** The data folder is not one that this server can open. */
  | 'data_directory_unusable'
  /** The server ended, or did not become ready, while it was being started. */
  | 'start_failed'
  /** The server outlived every signal it was sent. */
  | 'stop_failed';

/**
 * Any failure of the embedded server. The message is one clear sentence and, where the server said
 * something, its last log lines: the server is configured so that these hold no data of clients.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';

  constructor(
    /** Machine-readable reason. */
    readonly code: EmbeddedPostgresErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Whether a Node.js error carries this `errno` name, such as `ENOENT`. Not by `instanceof`: an error of
 * Node's own modules is of another realm where the caller runs in a `vm` context.
 */
export function hasErrno(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === code;
}
