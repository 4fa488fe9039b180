import { Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { UserError, Reauthentication, SignIn } from '@reqrun/users';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import {
  type AdminCaller,
  adminCallerOf,
  CurrentPerson,
  actorContextOf,
  originOf,
} from '../access/admin-caller.js';
import { deviceCookieOf } from '../access/device-cookie.js';
import { takeSession } from '../access/session-cookie.js';
import { AdminSettings } from '../admin-settings.js';
import { AdminBody } from '../input/input.js';
import { OwnSessions } from '../me/own-sessions.js';
import { SignInLog } from './sign-in-log.js';
import { sessionOf } from './session-of.js';
import { SessionAnswers } from './session-answers.js';
import { SessionDto } from './session.dto.js';
import { SessionConfirmationDto, SignInDto } from './sign-in.dto.js';

/** Signing in and out. */
@AdminController('session', 'Session')
export class SessionController {
  /**
   * @param signIn signs users in
   * @param reauthentication reauthenticates users
   * @param sessions ends sessions
   * @param answers answers with sessions
   * @param settings settings with the Secure flag of cookies
   * @param log the log of refused sign-ins
   */
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Reauthentication) private readonly reauthentication: Reauthentication,
    @Inject(OwnSessions) private readonly sessions: OwnSessions,
    @Inject(SessionAnswers) private readonly answers: SessionAnswers,
    @Inject(AdminSettings) private readonly settings: AdminSettings,
    @Inject(SignInLog) private readonly log: SignInLog,
  ) {}

  /** Signs a user in and sets the session cookie. */
  @Post()
  @HttpCode(200)
  @Access({ public: true })
  @ApiOperation({ operationId: 'signIn', summary: 'Sign in; the session is in the cookie' })
  @ApiBody({ type: SignInDto })
  @ApiResponse({ status: 200, type: SessionDto })
  @ApiBadRequest()
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AdminBody(SignInDto) body: SignInDto,
  ): Promise<SessionDto> {
    const from = originOf(request);
    const previous = adminCallerOf(request)?.identity;
    try {
      const session = await this.signIn.signIn(
        {
          email: body.email,
          password: body.password,
          totpCode: body.totp_code === undefined || body.totp_code === '' ? null : body.totp_code,
          previousSessionId: previous?.kind === 'session' ? previous.sessionId : null,
          deviceCookie: deviceCookieOf(request, this.settings),
        },
        from,
      );
      return await this.answers.begin(reply, session);
    } catch (error) {
      if (error instanceof UserError) {
        this.log.refused(error.code, from);
      }
      throw error;
    }
  }

  /** Returns the session of this browser with its user. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'getSession', summary: 'Whom this browser is signed in as' })
  @ApiResponse({ status: 200, type: SessionDto })
  get(@CurrentPerson() caller: AdminCaller): Promise<SessionDto> {
    return this.answers.show(sessionOf(caller));
  }

  /** Reauthenticates the user, for calls that extend access. */
  @Post('confirm')
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({
    operationId: 'confirmSession',
    summary: 'Give the password or a code once more',
    description:
      'Whoever has a second factor gives a code, everybody else the password. What makes access last is answered 403 `reauthentication_required` when the last proof is older than ten minutes.',
  })
  @ApiBody({ type: SessionConfirmationDto })
  @ApiResponse({ status: 204, description: 'Proved; ten minutes begin.' })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'Wrong, or the other is needed.' })
  async confirm(
    @CurrentPerson() caller: AdminCaller,
    @AdminBody(SessionConfirmationDto) { password, code }: SessionConfirmationDto,
  ): Promise<void> {
    const { sessionId } = sessionOf(caller);
    try {
      await this.reauthentication.confirm(
        { userId: caller.user.id, sessionId },
        { password: password ?? null, code: code ?? null },
        actorContextOf(caller),
      );
    } catch (error) {
      if (error instanceof UserError) {
        this.log.refused(error.code, caller);
      }
      throw error;
    }
  }

  /** Signs out. The session ends everywhere. */
  @Delete()
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({ operationId: 'signOut', summary: 'Sign out' })
  @ApiResponse({ status: 204, description: 'The session has ended.' })
  async remove(
    @CurrentPerson() caller: AdminCaller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.sessions.end(caller, sessionOf(caller).sessionId);
    takeSession(reply, this.settings);
  }
}
