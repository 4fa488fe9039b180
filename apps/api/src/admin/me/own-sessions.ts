import { AdminDatabase, AuditLog, Sessions, type SessionSummary } from '@reqrun/users';

import { type AdminCaller, entryBy } from '../access/admin-caller.js';

/** Lists and ends a user's own sessions. */
export class OwnSessions {
  /**
   * @param database the admin API's connections
   * @param sessions the sessions
   * @param audit the audit log
   */
  constructor(
    private readonly database: AdminDatabase,
    private readonly sessions: Sessions,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Returns the sessions that have not ended.
   *
   * @param caller the user
   */
  list(caller: AdminCaller): Promise<SessionSummary[]> {
    return this.sessions.list(caller.user.id);
  }

  /**
   * Ends a session.
   *
   * @param caller the user, who must own the session
   * @param id UUID of the session
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
