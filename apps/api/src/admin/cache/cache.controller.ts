import { Delete, HttpCode, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ProjectStore } from '@reqrun/projects';
import { clearCache } from '@reqrun/requests';

import { NotFound } from '../../http/openapi-responses.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';

/** Answers of a project that identical requests get again. */
@AdminController('projects/:project_id/cache', 'Projects')
export class CacheController {
  /**
   * @param projects the store of projects
   * @param changes makes changes with their audit entries
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
  ) {}

  /** Clears the cache. Requests and their answers stay. */
  @Delete()
  @HttpCode(204)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'clearCache',
    summary: 'Clear a project’s cache',
    description: 'No request gets an answer again that was made before. The records stay.',
  })
  @ApiResponse({ status: 204, description: 'It is empty.' })
  @NotFound('project')
  async clear(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
  ): Promise<void> {
    await this.changes.make(caller, async (on) => {
      const project = await findProject(this.projects.within(on), id);
      await clearCache(on, id);
      return {
        value: undefined,
        action: {
          action: 'project.cache_cleared',
          target: { kind: 'project', id, name: project.name },
          projectId: id,
        },
      };
    });
  }
}
