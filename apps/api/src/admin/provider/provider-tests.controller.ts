import { HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import {
  type CallTarget,
  type Project,
  ProjectStore,
  type Provider,
  ProviderStore,
} from '@reqrun/projects';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { ProviderAccess } from './provider-access.js';
import { assertVersion, findProvider, keyOfItsOwn, wantsKey } from './provider-rules.js';
import { ProviderTestLimit } from './provider-test-limit.js';
import { ProviderTestDto } from './provider.dto.js';
import { NamedProviderTestInput } from './providers.dto.js';

type Target = Omit<CallTarget, 'identity' | 'credential'>;

/** Tests of providers: as they are stored, with changes that are not stored yet, or before they are added. */
@AdminController('projects/:project_id/providers', 'Providers')
export class ProviderTestsController {
  /**
   * @param projects the store of projects
   * @param providers the store of providers
   * @param access opens and tests credentials
   * @param changes writes audit entries
   * @param tests limits the rate of a user's tests
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(ProviderStore) private readonly providers: ProviderStore,
    @Inject(ProviderAccess) private readonly access: ProviderAccess,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(ProviderTestLimit) private readonly tests: ProviderTestLimit,
  ) {}

  /** Tests a provider that is not stored, with one cheap call. */
  @Post('test')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'testNewProvider',
    summary: 'Try a provider before it is added',
    description: 'Nothing is stored.',
  })
  @ApiBody({ type: NamedProviderTestInput })
  @ApiResponse({ status: 200, type: ProviderTestDto })
  @ApiResponse({ status: 429, type: ErrorBodyDto, description: 'Ten a minute are let through.' })
  @ApiBadRequest()
  @NotFound('project')
  async testNew(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NamedProviderTestInput) body: NamedProviderTestInput,
  ): Promise<ProviderTestDto> {
    const project = await findProject(this.projects, projectId);
    const { base_url: baseUrl, api_key: apiKey, models, kind = 'openai' } = body;
    const apiVersion = body.api_version ?? null;
    if (!baseUrl) {
      throw new ApiError('missing_required_parameter', {
        param: 'base_url',
        message: 'base_url is required.',
      });
    }
    assertVersion(kind, apiVersion);
    this.access.check(baseUrl);
    if (apiKey) {
      this.access.checkKey(apiKey);
    } else {
      wantsKey(kind);
    }
    const target: Target = {
      ...{ provider: 'new', kind, apiVersion, baseUrl, streamUsage: 'auto' },
      apiKey: apiKey ?? null,
    };
    return this.run(caller, project, target, models?.[0], { key_given: Boolean(apiKey) });
  }

  /** Tests a stored provider with one cheap call, as it is stored or with changes that are not stored. */
  @Post(':name/test')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'testNamedProvider',
    summary: 'Try a provider: list its models',
    description: 'Fields of the body replace the stored ones for this call. Nothing is stored.',
  })
  @ApiParam({ name: 'name', schema: { type: 'string' } })
  @ApiBody({ type: NamedProviderTestInput, required: false })
  @ApiResponse({ status: 200, type: ProviderTestDto })
  @ApiResponse({ status: 429, type: ErrorBodyDto, description: 'Ten a minute are let through.' })
  @ApiBadRequest()
  @NotFound('project or provider')
  async test(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @Param('name') name: string,
    @AdminBody(NamedProviderTestInput) body: NamedProviderTestInput,
  ): Promise<ProviderTestDto> {
    const project = await findProject(this.projects, projectId);
    const provider = await findProvider(this.providers, projectId, name);
    const target = await this.targetOf(projectId, provider, body);
    const model = (body.models ?? provider.models)[0];
    return this.run(caller, project, target, model, {
      provider: name,
      key_given: Boolean(body.api_key),
    });
  }

  /** Returns the target of a call to a stored provider. The stored key goes only to the server that it is for. */
  private async targetOf(
    projectId: string,
    provider: Provider,
    { kind: given, base_url: url, api_key: apiKey, api_version: version }: NamedProviderTestInput,
  ): Promise<Target> {
    const kind = given ?? provider.kind;
    const baseUrl = url ?? provider.baseUrl;
    const apiVersion =
      version === undefined && kind === 'azure' ? provider.apiVersion : (version ?? null);
    assertVersion(kind, apiVersion);
    const { origin } = this.access.check(baseUrl);
    const { name, streamUsage } = provider;
    const changed = { provider: name, kind, apiVersion, baseUrl, streamUsage };
    if (apiKey) {
      this.access.checkKey(apiKey);
      return { ...changed, apiKey };
    }
    if (origin !== new URL(provider.baseUrl).origin) {
      throw keyOfItsOwn();
    }
    return { ...(await this.access.storedTarget(projectId, provider)), ...changed };
  }

  private async run(
    caller: AdminCaller,
    { id, name }: Project,
    target: Target,
    model: string | undefined,
    details: { provider?: string; key_given: boolean },
  ): Promise<ProviderTestDto> {
    await this.tests.admit(caller.user.id);
    // Recorded before the call, so that the log has every call.
    await this.changes.note(caller, {
      action: 'provider.tested',
      target: { kind: 'project', id, name },
      projectId: id,
      details: { ...details, base_url: target.baseUrl },
    });
    return this.access.test(target, model ?? null);
  }
}
