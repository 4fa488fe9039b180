import { AdminDatabase, AuditLog } from '@reqrun/users';
import { runnerOf, type SqlRunner } from '@reqrun/platform/database';

import { type AdminCaller, type AuditedAction, entryBy } from './access/admin-caller.js';

/** Makes changes and writes them down: neither happens without the other. */
export class AuditedTransaction {
  /**
   * @param database the admin API's connections
   * @param audit the log
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Makes a change in one transaction with its entry in the log.
   *
   * @param caller who
   * @param work makes the change on the transaction it is handed, and says what it was
   * @returns what the work came to
   * @throws whatever the work throws; then nothing has happened
   */
  async make<T>(
    caller: AdminCaller,
    work: (on: SqlRunner) => Promise<{ value: T; deed: AuditedAction }>,
  ): Promise<T> {
    return this.database.prisma.$transaction(async (transaction) => {
      const { value, deed } = await work(runnerOf(transaction));
      await this.audit.record(transaction, entryBy(caller, deed));
      return value;
    });
  }

  /**
   * Writes down what was done outside of the admin API's own database role.
   *
   * @param caller who
   * @param deed what
   */
  async note(caller: AdminCaller, deed: AuditedAction): Promise<void> {
    await this.make(caller, () => Promise.resolve({ value: undefined, deed }));
  }
}
