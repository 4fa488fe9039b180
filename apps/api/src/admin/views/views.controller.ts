import { Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ProjectStore } from '@reqrun/projects';
import { SavedViews } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { actorContextOf, type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { pageOf } from '../input/fields.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { NewViewDto, toViewDto, ViewChangesDto, ViewDto, ViewListDto } from './views.dto.js';

/** Saved views of a project's requests. Each user has their own; anybody who may see the project may open one by its id. */
@AdminController('projects/:project_id/views', 'Requests of a project')
export class ViewsController {
  /**
   * @param projects the store of projects
   * @param views the views
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(SavedViews) private readonly views: SavedViews,
  ) {}

  /** Returns the caller's views, by name. */
  @Get()
  @Access({ session: true })
  @ApiOperation({ operationId: 'listViews', summary: 'One’s saved views of a project, by name' })
  @ApiResponse({ status: 200, type: ViewListDto })
  @NotFound('project')
  async list(
    @CurrentPerson() { user }: AdminCaller,
    @UuidParam('project_id') projectId: string,
  ): Promise<ViewListDto> {
    await findProject(this.projects, projectId);
    const views = await this.views.list({ projectId, userId: user.id });
    return pageOf(views.map((view) => toViewDto(view, user.id)));
  }

  /** Returns a view, also one of another user: its link is how it is shared. */
  @Get(':view_id')
  @Access({ session: true })
  @ApiOperation({ operationId: 'getView', summary: 'One saved view, whoever has saved it' })
  @ApiResponse({ status: 200, type: ViewDto })
  @NotFound('project or view')
  async get(
    @CurrentPerson() { user }: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('view_id') id: string,
  ): Promise<ViewDto> {
    await findProject(this.projects, projectId);
    const view = await this.views.find(projectId, id);
    if (view === null) {
      throw noView();
    }
    return toViewDto(view, user.id);
  }

  /** Saves a view. */
  @Post()
  @Access({ session: true })
  @ApiOperation({ operationId: 'createView', summary: 'Save a view' })
  @ApiBody({ type: NewViewDto })
  @ApiResponse({ status: 201, type: ViewDto })
  @ApiBadRequest()
  @NotFound('project')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'There are too many already.' })
  async create(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NewViewDto) { name, query }: NewViewDto,
  ): Promise<ViewDto> {
    await findProject(this.projects, projectId);
    const owner = { projectId, userId: caller.user.id };
    const view = await this.views.create(owner, { name, query }, actorContextOf(caller));
    return toViewDto(view, caller.user.id);
  }

  /** Changes name or query of one of the caller's views. */
  @Patch(':view_id')
  @Access({ session: true })
  @ApiOperation({ operationId: 'updateView', summary: 'Change one of one’s saved views' })
  @ApiBody({ type: ViewChangesDto })
  @ApiResponse({ status: 200, type: ViewDto })
  @ApiBadRequest()
  @NotFound('project or view')
  async update(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('view_id') id: string,
    @AdminBody(ViewChangesDto) { name, query }: ViewChangesDto,
  ): Promise<ViewDto> {
    await findProject(this.projects, projectId);
    const view = await this.views.update(
      { projectId, userId: caller.user.id },
      id,
      { ...(name !== undefined && { name }), ...(query !== undefined && { query }) },
      actorContextOf(caller),
    );
    if (view === null) {
      throw noView();
    }
    return toViewDto(view, caller.user.id);
  }

  /** Deletes one of the caller's views. */
  @Delete(':view_id')
  @HttpCode(204)
  @Access({ session: true })
  @ApiOperation({ operationId: 'deleteView', summary: 'Delete one of one’s saved views' })
  @ApiResponse({ status: 204, description: 'It is deleted.' })
  @NotFound('project or view')
  async remove(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('view_id') id: string,
  ): Promise<void> {
    await findProject(this.projects, projectId);
    const owner = { projectId, userId: caller.user.id };
    if (!(await this.views.remove(owner, id, actorContextOf(caller)))) {
      throw noView();
    }
  }
}

const noView = (): ApiError =>
  new ApiError('not_found', { param: 'view_id', message: 'No such view.' });
