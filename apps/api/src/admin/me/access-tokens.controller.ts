import { Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { AccessTokens, type AccessTokenSummary, AdminDatabase, AuditLog } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson, entryBy } from '../access/admin-caller.js';
import { pageOf } from '../input/fields.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { sessionOf } from '../session/session-of.js';
import {
  type AccessTokenDto,
  AccessTokenListDto,
  CreatedAccessTokenDto,
  NewAccessTokenDto,
} from './access-token.dto.js';

/** A user's tokens for scripts and the command line. */
@AdminController('me/tokens', 'Me')
export class AccessTokensController {
  /**
   * @param database the admin API's connections
   * @param tokens creates, lists and revokes tokens
   * @param audit the audit log
   */
  constructor(
    @Inject(AdminDatabase) private readonly database: AdminDatabase,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Returns the user's tokens, newest first, including those that have ended. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'listAccessTokens', summary: 'One’s tokens, the newest first' })
  @ApiResponse({ status: 200, type: AccessTokenListDto })
  async list(@CurrentPerson() caller: AdminCaller): Promise<AccessTokenListDto> {
    const tokens = await this.tokens.list(caller.user.id);
    return pageOf(tokens.map(show));
  }

  /** Creates a token. */
  @Post()
  @Access({ session: true, recentSignIn: true })
  @ApiOperation({ operationId: 'createAccessToken', summary: 'Make a token' })
  @ApiBody({ type: NewAccessTokenDto })
  @ApiResponse({ status: 201, type: CreatedAccessTokenDto })
  @ApiBadRequest()
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'There are too many already.' })
  async create(
    @CurrentPerson() caller: AdminCaller,
    @AdminBody(NewAccessTokenDto) body: NewAccessTokenDto,
  ): Promise<CreatedAccessTokenDto> {
    const expiresAt = body.expires_at ?? null;
    if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
      throw new ApiError('invalid_value', {
        param: 'expires_at',
        message: 'expires_at must be in the future.',
      });
    }
    const { name, scopes } = body;
    return this.database.prisma.$transaction(async (transaction) => {
      const { secret, ...token } = await this.tokens.create(transaction, {
        userId: caller.user.id,
        sessionId: sessionOf(caller).sessionId,
        name,
        scopes,
        expiresAt,
      });
      await this.audit.record(
        transaction,
        entryBy(caller, {
          action: 'access_token.created',
          target: { kind: 'access_token', id: token.id, name },
          details: { scopes: token.scopes, expires_at: expiresAt?.toISOString() ?? null },
        }),
      );
      return Object.assign(show(token), { secret });
    });
  }

  /** Revokes a token. It is refused from then on. */
  @Delete(':id')
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({ operationId: 'revokeAccessToken', summary: 'Revoke a token' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'It is refused from now on.' })
  @NotFound('token')
  async revoke(@CurrentPerson() caller: AdminCaller, @UuidParam('id') id: string): Promise<void> {
    await this.database.prisma.$transaction(async (transaction) => {
      const revoked = await this.tokens.revoke(transaction, caller.user.id, id);
      if (revoked === null) {
        throw new ApiError('not_found', { param: 'id' });
      }
      if (revoked.changed) {
        await this.audit.record(
          transaction,
          entryBy(caller, {
            action: 'access_token.revoked',
            target: { kind: 'access_token', id, name: revoked.name },
          }),
        );
      }
    });
  }
}

function show(token: AccessTokenSummary): AccessTokenDto {
  const expired = token.expiresAt !== null && token.expiresAt.getTime() <= Date.now();
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    last_four: token.lastFour,
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    revoked_at: token.revokedAt?.toISOString() ?? null,
    state: token.revokedAt !== null ? 'revoked' : expired ? 'expired' : 'active',
  };
}
