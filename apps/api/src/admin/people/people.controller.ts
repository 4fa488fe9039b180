import { Delete, Get, HttpCode, Inject, Patch } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { People } from '@reqrun/people';

import { NotFound, WrongInput } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson, doerOf } from '../access/admin-caller.js';
import { pageOf } from '../http/fields.js';
import { AdminBody, UuidParam } from '../http/input.js';
import { PersonDto } from '../session/session.dto.js';
import { showPerson } from '../session/show-person.js';
import { PersonChangeDto, PersonListDto } from './people.dto.js';

/** Who may sign in, and as what. */
@AdminController('people', 'People')
export class PeopleController {
  /** @param people changes them */
  constructor(@Inject(People) private readonly people: People) {}

  /** Everybody, by e-mail address. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'listPeople', summary: 'Everybody who may sign in' })
  @ApiResponse({ status: 200, type: PersonListDto })
  async list(): Promise<PersonListDto> {
    return pageOf((await this.people.list()).map(showPerson));
  }

  /** Gives a person another role, or takes or gives back the right to sign in. */
  @Patch(':id')
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'updatePerson', summary: 'Change a person’s role, or disable them' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiBody({ type: PersonChangeDto })
  @ApiResponse({ status: 200, type: PersonDto })
  @WrongInput()
  @NotFound('person')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is the last owner.' })
  async change(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('id') id: string,
    @AdminBody(PersonChangeDto) body: PersonChangeDto,
  ): Promise<PersonDto> {
    return showPerson(await this.people.change(id, body, caller.person.id, doerOf(caller)));
  }

  /** Removes a person with all sessions and tokens. */
  @Delete(':id')
  @HttpCode(204)
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'removePerson', summary: 'Remove a person' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204, description: 'Removed, with all sessions and tokens.' })
  @NotFound('person')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is the last owner.' })
  remove(@CurrentPerson() caller: AdminCaller, @UuidParam('id') id: string): Promise<void> {
    return this.people.remove(id, caller.person.id, doerOf(caller));
  }
}
