import { Delete, Get, HttpCode, Inject, Patch } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { Users } from '@reqrun/users';

import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson, actorContextOf } from '../access/admin-caller.js';
import { pageOf } from '../input/fields.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { UserDto } from '../session/session.dto.js';
import { toUserDto } from '../session/to-user-dto.js';
import { UserChangeDto, UserListDto } from './users.dto.js';

/** The users and their roles. */
@AdminController('people', 'People')
export class PeopleController {
  /** @param users lists, changes and removes users */
  constructor(@Inject(Users) private readonly users: Users) {}

  /** Returns all users, by e-mail address. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'listPeople', summary: 'Everybody who may sign in' })
  @ApiResponse({ status: 200, type: UserListDto })
  async list(): Promise<UserListDto> {
    return pageOf((await this.users.list()).map(toUserDto));
  }

  /** Changes a user's role, or disables or enables the user. */
  @Patch(':id')
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'updatePerson', summary: 'Change a person’s role, or disable them' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiBody({ type: UserChangeDto })
  @ApiResponse({ status: 200, type: UserDto })
  @ApiBadRequest()
  @NotFound('person')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is the last owner.' })
  async change(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('id') id: string,
    @AdminBody(UserChangeDto) body: UserChangeDto,
  ): Promise<UserDto> {
    return toUserDto(await this.users.change(id, body, caller.user.id, actorContextOf(caller)));
  }

  /** Deletes a user with all sessions and tokens. */
  @Delete(':id')
  @HttpCode(204)
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'removePerson', summary: 'Remove a person' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'Removed, with all sessions and tokens.' })
  @NotFound('person')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is the last owner.' })
  remove(@CurrentPerson() caller: AdminCaller, @UuidParam('id') id: string): Promise<void> {
    return this.users.remove(id, caller.user.id, actorContextOf(caller));
  }
}
