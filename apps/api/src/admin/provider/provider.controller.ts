import { Delete, HttpCode, Inject, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { AuditValue } from '@reqrun/users';
import { ProjectStore, ProviderStore } from '@reqrun/projects';

import { ApiError } from '../../http/api-error.js';
import { RememberedKeys } from '../../keys/remembered-keys.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { ProjectDto } from '../projects/project.dto.js';
import { toProjectDto } from '../projects/to-project-dto.js';
import { ProviderAccess } from './provider-access.js';
import { ProviderTestLimit } from './provider-test-limit.js';
import { NewProvider, ProviderTestDto, ProviderTestInput } from './provider.dto.js';
import { keyOfItsOwn } from './provider-rules.js';
import { DEFAULT_IS_NEEDED } from './providers.controller.js';

/** Default provider of a project's live requests. */
@AdminController('projects/:project_id/provider', 'Provider')
export class ProviderController {
  /**
   * @param projects the store of projects
   * @param provider seals and tests credentials
   * @param changes makes changes with their audit entries
   * @param tests limits the rate of a user's tests
   * @param providers the store of all providers
   * @param remembered the caches of projects in all processes
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(ProviderAccess) private readonly provider: ProviderAccess,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(ProviderTestLimit) private readonly tests: ProviderTestLimit,
    @Inject(ProviderStore) private readonly providers: ProviderStore,
    @Inject(RememberedKeys) private readonly remembered: RememberedKeys,
  ) {}

  /** Sets the provider of live requests. It applies in every process within seconds. */
  @Put()
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({ operationId: 'setProvider', summary: 'Say where live requests go' })
  @ApiBody({ type: NewProvider })
  @ApiResponse({ status: 200, type: ProjectDto })
  @ApiBadRequest()
  @NotFound('project')
  async set(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
    @AdminBody(NewProvider) { base_url, api_key }: NewProvider,
  ): Promise<ProjectDto> {
    const project = await findProject(this.projects, id);
    this.provider.check(base_url);
    if (!api_key && !this.provider.keepsKey(project, base_url)) {
      throw keyOfItsOwn();
    }
    const sealed = api_key ? await this.provider.seal(id, base_url, api_key) : null;
    return this.change(caller, id, 'changed', async (store) => {
      const from = project.provider.baseUrl;
      if (sealed !== null) {
        await store.setProvider(id, sealed);
      } else if (from === null || !(await store.moveProvider(id, from, base_url))) {
        // Another user has set another server meanwhile. The stored key does not belong to this one.
        throw new ApiError('not_changeable');
      }
      return { base_url, key_changed: sealed !== null };
    });
  }

  /** Sends live requests to the simulator, and deletes the key. */
  @Delete()
  @HttpCode(200)
  @Access({ session: true, role: 'owner', recentSignIn: true })
  @ApiOperation({
    operationId: 'removeProvider',
    summary: 'Send live requests to the simulator, and forget the key',
  })
  @ApiResponse({ status: 200, type: ProjectDto })
  @NotFound('project')
  async remove(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
  ): Promise<ProjectDto> {
    return this.change(caller, id, 'removed', async (store, providers) => {
      if ((await providers.list(id)).length > 1) {
        // Requests that name no provider go to the default one.
        throw new ApiError('not_changeable', { message: DEFAULT_IS_NEEDED });
      }
      await store.setProvider(id, { baseUrl: null, keyLastFour: null, encryptedKey: null });
      return {};
    });
  }

  /** Tests a credential with one cheap call. */
  @Post('test')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({ operationId: 'testProvider', summary: 'Try a credential: list the models' })
  @ApiBody({ type: ProviderTestInput })
  @ApiResponse({ status: 200, type: ProviderTestDto })
  @ApiResponse({ status: 429, type: ErrorBodyDto, description: 'Ten a minute are let through.' })
  @ApiBadRequest()
  @NotFound('project')
  async test(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') id: string,
    @AdminBody(ProviderTestInput) { base_url, api_key }: ProviderTestInput,
  ): Promise<ProviderTestDto> {
    const project = await findProject(this.projects, id);
    await this.tests.admit(caller.user.id);
    const target = await this.provider.targetOf(project, {
      baseUrl: base_url ?? undefined,
      apiKey: api_key ?? undefined,
    });
    // Recorded before the call, so that the log has every call.
    await this.changes.note(caller, {
      action: 'provider.tested',
      target: { kind: 'project', id, name: project.name },
      projectId: id,
      details: { base_url: target.baseUrl, key_given: api_key !== undefined },
    });
    return this.provider.test(target);
  }

  private async change(
    caller: AdminCaller,
    id: string,
    what: 'changed' | 'removed',
    work: (
      store: ProjectStore,
      providers: ProviderStore,
    ) => Promise<Readonly<Record<string, AuditValue>>>,
  ): Promise<ProjectDto> {
    const changed = await this.changes.make(caller, async (on) => {
      const store = this.projects.within(on);
      await findProject(store, id);
      const details = await work(store, this.providers.within(on));
      const project = await findProject(store, id);
      return {
        value: toProjectDto(project),
        action: {
          action: `provider.${what}`,
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
