import { Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { type Invitation, Invitations, normalizeEmail } from '@reqrun/users';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import {
  type AdminCaller,
  CurrentPerson,
  actorContextOf,
  originOf,
} from '../access/admin-caller.js';
import { pageOf } from '../input/fields.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { SessionAnswers } from '../session/session-answers.js';
import { SessionDto } from '../session/session.dto.js';
import { sessionOf } from '../session/session-of.js';
import {
  CreatedInvitationDto,
  InvitationAcceptanceDto,
  type InvitationDto,
  InvitationListDto,
  NewInvitationDto,
} from './users.dto.js';

/** Invitations of users, by links that work once. */
@AdminController('invitations', 'People')
export class InvitationsController {
  /**
   * @param invitations creates, revokes and accepts invitations
   * @param answers answers with the new session
   */
  constructor(
    @Inject(Invitations) private readonly invitations: Invitations,
    @Inject(SessionAnswers) private readonly answers: SessionAnswers,
  ) {}

  /** Returns the open invitations, newest first. */
  @Get()
  @Access({ session: true, role: 'owner' })
  @ApiOperation({ operationId: 'listInvitations', summary: 'The invitations that wait' })
  @ApiResponse({ status: 200, type: InvitationListDto })
  async list(): Promise<InvitationListDto> {
    return pageOf((await this.invitations.list()).map(show));
  }

  /** Invites a user. An earlier invitation of the same address stops working. */
  @Post()
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'createInvitation', summary: 'Invite somebody by a one-time link' })
  @ApiBody({ type: NewInvitationDto })
  @ApiResponse({ status: 201, type: CreatedInvitationDto })
  @ApiBadRequest()
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'There is such a person.' })
  async create(
    @CurrentPerson() caller: AdminCaller,
    @AdminBody(NewInvitationDto) body: NewInvitationDto,
  ): Promise<CreatedInvitationDto> {
    const email = normalizeEmail(body.email);
    if (email === null) {
      throw new ApiError('invalid_value', {
        param: 'email',
        message: 'email must be an e-mail address.',
      });
    }
    const { token, ...invitation } = await this.invitations.create(
      email,
      body.role,
      { ...caller.user, sessionId: sessionOf(caller).sessionId },
      actorContextOf(caller),
    );
    return Object.assign(show(invitation), { token });
  }

  /** Revokes an invitation. */
  @Delete(':id')
  @HttpCode(204)
  @Access({ session: true, role: 'owner' })
  @ApiOperation({ operationId: 'removeInvitation', summary: 'Take an invitation back' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'Its link does not work any more.' })
  @NotFound('invitation')
  async remove(@CurrentPerson() caller: AdminCaller, @UuidParam('id') id: string): Promise<void> {
    if (!(await this.invitations.remove(id, actorContextOf(caller)))) {
      throw new ApiError('not_found', { param: 'id' });
    }
  }

  /** Accepts an invitation: creates the user and signs them in. */
  @Post('accept')
  @HttpCode(200)
  @Access({ public: true })
  @ApiOperation({
    operationId: 'acceptInvitation',
    summary: 'Become a person here; the session is in the cookie',
  })
  @ApiBody({ type: InvitationAcceptanceDto })
  @ApiResponse({ status: 200, type: SessionDto })
  @ApiBadRequest()
  @ApiResponse({ status: 410, type: ErrorBodyDto, description: 'It does not work any more.' })
  async accept(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AdminBody(InvitationAcceptanceDto) body: InvitationAcceptanceDto,
  ): Promise<SessionDto> {
    return this.answers.begin(reply, await this.invitations.accept(body, originOf(request)));
  }
}

function show(invitation: Invitation): InvitationDto {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    created_at: invitation.createdAt.toISOString(),
    expires_at: invitation.expiresAt.toISOString(),
    invited_by: invitation.invitedByEmail,
  };
}
