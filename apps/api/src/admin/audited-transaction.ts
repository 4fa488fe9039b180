import { AdminDatabase, AuditLog } from '@reqrun/users';
import { runnerOf, type SqlRunner } from '@reqrun/platform/database';

import { type AdminCaller, type AuditedAction, entryBy } from './access/admin-caller.js';

/** Makes changes together with their audit entries, both or neither. */
export class AuditedTransaction {
  /**
   * @param database the admin API's connections
   * @param audit the audit log
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Makes a change in one transaction with its entry in the log.
   *
   * @param caller the caller
   * @param work makes the change on the given transaction, and returns its description
   * @returns the value that the work returned
   * @throws any error of the work; nothing is changed then
   */
  async make<T>(
    caller: AdminCaller,
    work: (on: SqlRunner) => Promise<{ value: T; action: AuditedAction }>,
  ): Promise<T> {
    return this.database.prisma.$transaction(async (transaction) => {
      const { value, action } = await work(runnerOf(transaction));
      await this.audit.record(transaction, entryBy(caller, action));
      return value;
    });
  }

  /**
   * Records a change that was made outside of the admin API's own database role.
   *
   * @param caller the caller
   * @param action the change
   */
  async note(caller: AdminCaller, action: AuditedAction): Promise<void> {
    await this.make(caller, () => Promise.resolve({ value: undefined, action }));
  }
}
