import { Delete, Get, HttpCode, Inject, Patch, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { OwnAccount, Users } from '@reqrun/users';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson, actorContextOf } from '../access/admin-caller.js';
import { giveDevice } from '../access/device-cookie.js';
import { AdminSettings } from '../admin-settings.js';
import { pageOf } from '../input/fields.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { SessionAnswers } from '../session/session-answers.js';
import { UserDto } from '../session/session.dto.js';
import { sessionOf } from '../session/session-of.js';
import { toUserDto } from '../session/to-user-dto.js';
import {
  MeChangeDto,
  NewTotpDto,
  OwnSessionListDto,
  PasswordChangeDto,
  PasswordConfirmationDto,
  TotpCodeDto,
} from './me.dto.js';
import { OwnSessions } from './own-sessions.js';

/** The user's own account: name, password, second factor, sessions. */
@AdminController('me', 'Me')
export class MeController {
  /**
   * @param users renames users
   * @param account changes password and second factor
   * @param sessions lists and ends sessions
   * @param answers answers with a new session
   * @param settings settings with the Secure flag of cookies
   */
  constructor(
    @Inject(Users) private readonly users: Users,
    @Inject(OwnAccount) private readonly account: OwnAccount,
    @Inject(OwnSessions) private readonly sessions: OwnSessions,
    @Inject(SessionAnswers) private readonly answers: SessionAnswers,
    @Inject(AdminSettings) private readonly settings: AdminSettings,
  ) {}

  /** Changes the user's name. */
  @Patch()
  @Access({ session: true })
  @ApiOperation({ operationId: 'updateMe', summary: 'Take another name' })
  @ApiBody({ type: MeChangeDto })
  @ApiResponse({ status: 200, type: UserDto })
  @ApiBadRequest()
  async rename(
    @CurrentPerson() caller: AdminCaller,
    @AdminBody(MeChangeDto) body: MeChangeDto,
  ): Promise<UserDto> {
    return toUserDto(await this.users.rename(caller.user.id, body.name, actorContextOf(caller)));
  }

  /** Changes the password. The other sessions end; this one continues with a new cookie. */
  @Post('password')
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({
    operationId: 'changePassword',
    summary: 'Change the password; the other sessions end, and access tokens unless they are kept',
  })
  @ApiBody({ type: PasswordChangeDto })
  @ApiResponse({ status: 204, description: 'Changed; the session goes on under a new cookie.' })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'Wrong, or too easy to guess.' })
  async changePassword(
    @CurrentPerson() caller: AdminCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AdminBody(PasswordChangeDto) body: PasswordChangeDto,
  ): Promise<void> {
    const session = await this.account.changePassword(
      { userId: caller.user.id, sessionId: sessionOf(caller).sessionId },
      {
        current: body.current_password,
        next: body.new_password,
        revokeTokens: body.revoke_tokens ?? true,
      },
      caller,
      actorContextOf(caller),
    );
    await this.answers.begin(reply, session);
  }

  /** Returns the sessions that have not ended. */
  @Get('sessions')
  @Access({ session: true })
  @ApiOperation({ operationId: 'listOwnSessions', summary: 'The sessions that have not ended' })
  @ApiResponse({ status: 200, type: OwnSessionListDto })
  async listSessions(@CurrentPerson() caller: AdminCaller): Promise<OwnSessionListDto> {
    const { sessionId } = sessionOf(caller);
    const sessions = await this.sessions.list(caller);
    return pageOf(
      sessions.map((session) => ({
        id: session.id,
        created_at: session.createdAt.toISOString(),
        last_used_at: session.lastUsedAt.toISOString(),
        expires_at: session.expiresAt.toISOString(),
        address: session.address,
        user_agent: session.userAgent,
        current: session.id === sessionId,
      })),
    );
  }

  /** Ends a session. */
  @Delete('sessions/:id')
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({ operationId: 'endOwnSession', summary: 'End one of one’s sessions' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'It has ended.' })
  @NotFound('session')
  async endSession(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('id') id: string,
  ): Promise<void> {
    if (!(await this.sessions.end(caller, id))) {
      throw new ApiError('not_found', { param: 'id' });
    }
  }

  /** Creates a second factor, which is used once it is confirmed. */
  @Post('totp')
  @HttpCode(200)
  @Access({ session: true, recentSignIn: true })
  @ApiOperation({ operationId: 'beginTotp', summary: 'Make a second factor, to be confirmed' })
  @ApiResponse({ status: 200, type: NewTotpDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It already exists.' })
  async beginTotp(@CurrentPerson() caller: AdminCaller): Promise<NewTotpDto> {
    const { secret, otpauthUrl } = await this.account.beginTotp(caller.user);
    return { secret, otpauth_url: otpauthUrl };
  }

  /** Turns the second factor on. The other sessions end; this one continues with a new cookie. */
  @Post('totp/confirm')
  @HttpCode(204)
  @Access({ session: true, recentSignIn: true })
  @ApiOperation({
    operationId: 'confirmTotp',
    summary: 'Turn the second factor on; the other sessions end',
  })
  @ApiBody({ type: TotpCodeDto })
  @ApiResponse({ status: 204, description: 'It is on; the session goes on under a new cookie.' })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The code is wrong.' })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'None waits to be confirmed.' })
  async confirmTotp(
    @CurrentPerson() caller: AdminCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AdminBody(TotpCodeDto) body: TotpCodeDto,
  ): Promise<void> {
    const { user } = caller;
    const session = await this.account.confirmTotp(
      user.id,
      body.code,
      caller,
      actorContextOf(caller),
    );
    await this.answers.begin(reply, session);
  }

  /** Turns the second factor off. */
  @Delete('totp')
  @HttpCode(204)
  @Access({ session: true, recentSignIn: true })
  @ApiOperation({ operationId: 'disableTotp', summary: 'Turn the second factor off' })
  @ApiBody({ type: PasswordConfirmationDto })
  @ApiResponse({ status: 204, description: 'It is off.' })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The password is wrong.' })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'The password is too short.' })
  async disableTotp(
    @CurrentPerson() caller: AdminCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AdminBody(PasswordConfirmationDto) body: PasswordConfirmationDto,
  ): Promise<void> {
    const who = { userId: caller.user.id, sessionId: sessionOf(caller).sessionId };
    const device = await this.account.disableTotp(who, body.password, actorContextOf(caller));
    giveDevice(reply, this.settings, device);
  }
}
