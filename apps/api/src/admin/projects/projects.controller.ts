import { Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { AuditValue } from '@reqrun/users';
import { type ProjectSettingsChange, ProjectStore, ProviderStore } from '@reqrun/projects';

import { RememberedKeys } from '../../keys/remembered-keys.js';
import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { pageOf, UuidPageQuery } from '../input/fields.js';
import { AdminBody, AdminQuery, UuidParam } from '../input/input.js';
import { findProject } from './find-project.js';
import { noProvider } from '../../policy/fallback-fields.js';
import {
  FALLBACKS,
  NewProject,
  ProjectChanges,
  ProjectDeletion,
  toSettings,
} from './project-input.dto.js';
import { ProjectDto, ProjectListDto } from './project.dto.js';
import { toProjectDto } from './to-project-dto.js';

/** The projects: requests, keys and credentials that belong together. */
@AdminController('projects', 'Projects')
export class ProjectsController {
  /**
   * @param projects the store of projects
   * @param changes makes changes with their audit entries
   * @param remembered the caches of projects and keys in all processes
   * @param providers the store of their providers
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(RememberedKeys) private readonly remembered: RememberedKeys,
    @Inject(ProviderStore) private readonly providers: ProviderStore,
  ) {}

  /** Returns the projects, newest first. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({ operationId: 'listProjects', summary: 'The projects, newest first' })
  @ApiQuery({ type: UuidPageQuery })
  @ApiResponse({ status: 200, type: ProjectListDto })
  @ApiBadRequest()
  async list(@AdminQuery(UuidPageQuery) { limit, after }: UuidPageQuery): Promise<ProjectListDto> {
    const rows = await this.projects.list(limit + 1, after ?? null);
    return pageOf(rows.map(toProjectDto), limit);
  }

  /** Creates a project that uses the simulator. */
  @Post()
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({ operationId: 'createProject', summary: 'Make a project' })
  @ApiBody({ type: NewProject })
  @ApiResponse({ status: 201, type: ProjectDto })
  @ApiBadRequest()
  async create(
    @CurrentPerson() caller: AdminCaller,
    @AdminBody(NewProject) body: NewProject,
  ): Promise<ProjectDto> {
    const settings = toSettings(body.settings);
    assertProviders(settings, []);
    return this.changes.make(caller, async (on) => {
      const store = this.projects.within(on);
      const id = await store.create(body.name, settings);
      return {
        value: toProjectDto(await findProject(store, id)),
        action: {
          action: 'project.created',
          target: { kind: 'project', id, name: body.name },
          projectId: id,
          details: { ...settings },
        },
      };
    });
  }

  /** Returns a project. */
  @Get(':project_id')
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({ operationId: 'getProject', summary: 'One project' })
  @ApiResponse({ status: 200, type: ProjectDto })
  @NotFound('project')
  async get(@UuidParam('project_id') id: string): Promise<ProjectDto> {
    return toProjectDto(await findProject(this.projects, id));
  }

  /** Changes name and settings. They apply in every process within seconds. */
  @Patch(':project_id')
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({ operationId: 'updateProject', summary: 'Change name and settings' })
  @ApiBody({ type: ProjectChanges })
  @ApiResponse({ status: 200, type: ProjectDto })
  @ApiBadRequest()
  @NotFound('project')
  async update(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
    @AdminBody(ProjectChanges) body: ProjectChanges,
  ): Promise<ProjectDto> {
    const settings = toSettings(body.settings);
    assertProviders(
      settings,
      (await this.providers.list(id)).map(({ name }) => name),
    );
    return this.change(caller, id, 'updated', async (store) => {
      await store.update(id, { ...(body.name ? { name: body.name } : {}), settings });
      return { ...(body.name ? { name: body.name } : {}), ...settings };
    });
  }

  /** Archives a project: its keys are refused, nothing is deleted. */
  @Post(':project_id/archive')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'archiveProject',
    summary: 'Refuse a project’s keys; nothing is deleted',
  })
  @ApiResponse({ status: 200, type: ProjectDto })
  @NotFound('project')
  async archive(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
  ): Promise<ProjectDto> {
    return this.change(caller, id, 'archived', async (store) => {
      await store.setArchived(id, true);
      return {};
    });
  }

  /** Unarchives a project. */
  @Post(':project_id/unarchive')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({ operationId: 'unarchiveProject', summary: 'Take an archived project into use' })
  @ApiResponse({ status: 200, type: ProjectDto })
  @NotFound('project')
  async unarchive(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
  ): Promise<ProjectDto> {
    return this.change(caller, id, 'unarchived', async (store) => {
      await store.setArchived(id, false);
      return {};
    });
  }

  /** Deletes a project with all its data, permanently. */
  @Delete(':project_id')
  @HttpCode(204)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'deleteProject',
    summary: 'Delete a project and everything of it',
    description:
      'Its contents can’t be read from this moment on. Open requests are canceled and the rows deleted by a worker right after.',
  })
  @ApiBody({ type: ProjectDeletion })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  @ApiBadRequest('The name is another one.')
  @NotFound('project')
  async delete(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
    @AdminBody(ProjectDeletion) { name }: ProjectDeletion,
  ): Promise<void> {
    await this.changes.make(caller, async (on) => {
      const store = this.projects.within(on);
      const project = await findProject(store, id);
      if (project.name !== name) {
        throw new ApiError('invalid_value', {
          param: 'name',
          message: 'This is not the name of the project.',
        });
      }
      await store.delete(id);
      return {
        value: undefined,
        action: {
          action: 'project.deleted',
          target: { kind: 'project', id, name: project.name },
          projectId: id,
        },
      };
    });
    this.remembered.forget(id);
  }

  private async change(
    caller: AdminCaller,
    id: string,
    what: 'updated' | 'archived' | 'unarchived',
    work: (store: ProjectStore) => Promise<Readonly<Record<string, AuditValue>>>,
  ): Promise<ProjectDto> {
    const changed = await this.changes.make(caller, async (on) => {
      const store = this.projects.within(on);
      await findProject(store, id);
      const details = await work(store);
      const project = await findProject(store, id);
      return {
        value: toProjectDto(project),
        action: {
          action: `project.${what}`,
          target: { kind: 'project', id, name: project.name },
          projectId: id,
          details,
        },
      };
    });
    this.remembered.forget(id);
    return changed;
  }
}

/** Refuses fallbacks that name a provider which the project does not have. */
function assertProviders({ policy }: ProjectSettingsChange, names: readonly string[]): void {
  policy?.fallbacks?.forEach(({ provider }, index) => {
    if (provider !== undefined && !names.includes(provider)) {
      throw noProvider(`${FALLBACKS}.${index}.provider`);
    }
  });
}
