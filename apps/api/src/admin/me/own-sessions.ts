import { AdminDatabase, AuditLog, Sessions, type SessionSummary } from '@reqrun/users';

import { type AdminCaller, entryBy } from '../access/admin-caller.js';

/** What users do to their own sessions. */
export class OwnSessions {
  /**
   * @param database the admin API's connections
   * @param sessions lists and ends them
   * @param audit is told
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Those that have not ended.
   *
   * @param caller whose
   */
  list(caller: AdminCaller): Promise<SessionSummary[]> {
    return this.sessions.list(caller.user.id);
  }

  /**
   * Ends one.
   *
   * @param caller whose it must be
   * @param id which
   * @returns false when the caller has no such session
   */
  end(caller: AdminCaller, id: string): Promise<boolean> {
    return this.database.prisma.$transaction(async (transaction) => {
      const ended = await this.sessions.end(transaction, caller.user.id, id);
      if (ended) {
        const target = { kind: 'session', id };
        await this.audit.record(transaction, entryBy(caller, { action: 'session.ended', target }));
      }
      return ended;
    });
  }
}
