import { toDatabaseError } from './errors.js';
import type { Pool } from './pool.js';

/**
 * A commit that has to reach the disk and the synchronous standbys, and changes no table: a message in the
 * write-ahead log that nobody reads. Assigning a transaction id would not do, for that commit waits for nothing.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 */
const COMMIT_MESSAGE = `SELECT pg_logical_emit_message(true, 'reqrun', '') IS NOT NULL AS written,
  current_setting('transaction_read_only') = 'on' AS read_only`;

/** How long a commit may take before the database counts as unable to commit, in ms. */
const COMMIT_LIMIT_MS = 2_000;

/** Finds out whether the database can commit: one that answers a query may be unable to. */
export class CommitProbe {
  private running: Promise<boolean> | null = null;

  /** @param pool the database */
  constructor(private readonly pool: Pool) {}

  /** Tells whether a commit succeeds in time. Never rejects; a commit that hangs is not tried again beside it. */
  async canCommit(): Promise<boolean> {
    this.running ??= this.commit().finally(() => {
      this.running = null;
    });
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), COMMIT_LIMIT_MS);
    });
    return Promise.race([this.running, limit]).finally(() => clearTimeout(timer));
  }

  private async commit(): Promise<boolean> {
    const client = await this.pool.connect().catch(() => null);
    let usable = false;
    try {
      const rows = (await client?.query<{ read_only: boolean }>(COMMIT_MESSAGE))?.rows ?? [];
      usable = rows[0]?.read_only === false;
      return usable;
    } catch (error) {
      // A server that does not let its users write messages is asked no more than whether it answers.
      usable = toDatabaseError(error).sqlState === NOT_ALLOWED;
      return usable;
    } finally {
      client?.release(!usable);
    }
  }
}

/** `insufficient_privilege` */
const NOT_ALLOWED = '42501';
