import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { People, type SessionIdentity } from '@reqrun/people';

import { ApiError } from '../../http/api-error.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { SessionDto } from './session.dto.js';
import { showPerson } from './show-person.js';

/** Signing in and out. */
@AdminController('session', 'Session')
export class SessionController {
  /** @param people knows them */
  constructor(@Inject(People) private readonly people: People) {}

  /** Whom this browser is signed in as. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'getSession', summary: 'Whom this browser is signed in as' })
  @ApiResponse({ status: 200, type: SessionDto })
  async get(@CurrentPerson() caller: AdminCaller): Promise<SessionDto> {
    return this.show(caller.identity as SessionIdentity);
  }

  private async show(session: SessionIdentity): Promise<SessionDto> {
    const person = await this.people.get(session.person.id);
    if (person === null) {
      throw new ApiError('not_signed_in');
    }
    return {
      person: showPerson(person),
      session_id: session.sessionId,
      created_at: session.createdAt.toISOString(),
      expires_at: session.expiresAt.toISOString(),
      idle_expires_at: session.idleExpiresAt.toISOString(),
    };
  }
}
