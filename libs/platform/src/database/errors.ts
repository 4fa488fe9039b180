/**
 * Fault of the database, without its words: PostgreSQL puts column values into
 * `detail` and `where`, and Prisma puts arguments into messages, so neither may travel.
 */
export class DatabaseError extends Error {
  override name = 'DatabaseError';

  /**
   * @param kind what a caller can do about it
   * @param sqlState PostgreSQL's code, or the socket's
   */
  constructor(
    readonly kind: 'unavailable' | 'conflict' | 'data' | 'other',
    readonly sqlState: string | null,
  ) {
    super(`database ${kind}${sqlState === null ? '' : ` (${sqlState})`}`);
  }

  /**
   * Tells whether the server itself refused the statement and undid it, so that nothing of it was committed:
   * out of disk or memory, read-only, or canceled. A connection that broke says nothing of the kind.
   */
  get isRolledBack(): boolean {
    return this.sqlState !== null && ROLLED_BACK.test(this.sqlState);
  }

  /** Tells whether nothing can be written because the database's disk is full. */
  get isStorageFull(): boolean {
    return this.sqlState === STORAGE_FULL;
  }
}

/** Deadlock and serialization failure: the same statement may be sent again. */
const CONFLICT = new Set(['40P01', '40001', '55P03']);
/** Classes of "this value can't be stored": sending it again changes nothing. */
const DATA_CLASSES = new Set(['22', '23', '54']);
/** Connection lost, too many connections, shutting down, out of disk or memory, timed out. */
const UNAVAILABLE_CLASSES = new Set(['08', '53', '57', '58']);
/** `read_only_sql_transaction`: a standby that is not promoted yet, or a primary that was demoted. */
export const READ_ONLY = '25006';
/**
 * Besides these: a transaction that took too long (25P03, 25P04), and a commit whose outcome nobody knows
 * (40003).
 */
const UNAVAILABLE_CODES = new Set([READ_ONLY, '25P03', '25P04', '40003']);
/**
 * A connection is of no use after these: it has broken, its server goes away, lacks something or can only be
 * read. A canceled statement (57014) says nothing about its connection.
 */
const ENDS_USE = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-5]|58[0-9A-Z]{3}|25006|25P0[34]|40003)$/;
/** Insufficient resources, read-only transaction, query canceled: errors of a statement, not of a connection. */
const ROLLED_BACK = /^(53[0-9A-Z]{3}|25006|57014)$/;
/** The disk is full. */
const STORAGE_FULL = '53100';

/** Messages of the drivers, without a code, when there is no usable connection. */
const UNAVAILABLE_MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|cannot use a pool|client has encountered a connection error|connection error|not queryable|can't reach database|establishing an SSL connection/i;

/**
 * Reduces any error of `pg` or Prisma to what may travel.
 *
 * @param error what was thrown
 * @returns a DatabaseError; one that already is one is returned as it is
 */
export function toDatabaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) {
    return error;
  }
  const code = codeOf(error);
  if (code !== null) {
    if (CONFLICT.has(code)) {
      return new DatabaseError('conflict', code);
    }
    // First of a socket or of Prisma: EPIPE and P1001 have the five characters of a SQLSTATE.
    if (/^(E[A-Z]+|P1\d{3}|P2024|P2028|P2037)$/.test(code)) {
      return new DatabaseError('unavailable', code);
    }
    if (/^[0-9A-Z]{5}$/.test(code)) {
      const group = code.slice(0, 2);
      if (DATA_CLASSES.has(group)) {
        return new DatabaseError('data', code);
      }
      const isUnavailable = UNAVAILABLE_CLASSES.has(group) || UNAVAILABLE_CODES.has(code);
      return new DatabaseError(isUnavailable ? 'unavailable' : 'other', code);
    }
  }
  if (error instanceof Error && UNAVAILABLE_MESSAGES.test(error.message)) {
    return new DatabaseError('unavailable', null);
  }
  return new DatabaseError('other', code !== null && /^[A-Z0-9_]{1,32}$/.test(code) ? code : null);
}

/**
 * Whether the database can't be reached at present.
 *
 * @param error anything that was thrown
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  return toDatabaseError(error).kind === 'unavailable';
}

/**
 * Whether a connection should be replaced after an error with this SQLSTATE.
 *
 * @param sqlState PostgreSQL's code
 */
export function endsUse(sqlState: string): boolean {
  return ENDS_USE.test(sqlState);
}

function codeOf(error: unknown): string | null {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return codeOf(error.errors[0]);
  }
  if (typeof error !== 'object' || error === null) {
    return null;
  }
  const { code, cause, meta } = error as { code?: unknown; cause?: unknown; meta?: unknown };
  // Prisma's adapter wraps the driver's error: the SQLSTATE is in the cause, and where the error has
  // become one of Prisma's own (P2039: whatever it has no code for), in the cause within its meta.
  const wrapped = (meta as { driverAdapterError?: { cause?: unknown } } | null | undefined)
    ?.driverAdapterError;
  for (const inner of [cause, wrapped?.cause]) {
    const original = (inner as { originalCode?: unknown } | null | undefined)?.originalCode;
    if (typeof original === 'string') {
      return original;
    }
  }
  return typeof code === 'string' ? code : null;
}
