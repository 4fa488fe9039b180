import { Users, type RenewedSession, type SessionIdentity, Sessions } from '@reqrun/users';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { giveDevice } from '../access/device-cookie.js';
import { giveSession } from '../access/session-cookie.js';
import type { AdminSettings } from '../admin-settings.js';
import type { SessionDto } from './session.dto.js';
import { toUserDto } from './to-user-dto.js';

/** Answers with sessions: the body, and the cookie of a new session. */
export class SessionAnswers {
  /**
   * @param users the users
   * @param sessions the sessions
   * @param settings settings with the Secure flag of cookies
   */
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly settings: AdminSettings,
  ) {}

  /**
   * Sets the cookies of a session that was just created, and of the browser's device. Returns the session.
   *
   * @param reply the answer
   * @param created the session
   */
  async begin(reply: FastifyReply, created: RenewedSession): Promise<SessionDto> {
    const session = await this.sessions.find(created.secret, false);
    if (session === null) {
      throw new ApiError('not_signed_in');
    }
    giveSession(reply, this.settings, created.secret, session.expiresAt);
    if (created.device !== null) {
      giveDevice(reply, this.settings, created.device);
    }
    return this.show(session);
  }

  /**
   * Converts a session to its form in the admin API.
   *
   * @param session the session
   */
  async show(session: SessionIdentity): Promise<SessionDto> {
    const user = await this.users.get(session.user.id);
    if (user === null) {
      throw new ApiError('not_signed_in');
    }
    return {
      person: toUserDto(user),
      session_id: session.sessionId,
      created_at: session.createdAt.toISOString(),
      authenticated_at: session.authenticatedAt.toISOString(),
      expires_at: session.expiresAt.toISOString(),
      idle_expires_at: session.idleExpiresAt.toISOString(),
    };
  }
}
