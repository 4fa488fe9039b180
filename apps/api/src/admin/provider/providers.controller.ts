import { randomUUID } from 'node:crypto';

import { Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';
import { MAX_PROVIDERS, RESERVED_PROVIDER_NAMES } from '@reqrun/contracts';
import { type ProviderRefusal, ProjectStore, ProviderStore } from '@reqrun/projects';
import { LanesByHand } from '@reqrun/requests';
import type { AuditValue } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { RememberedKeys } from '../../keys/remembered-keys.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { ProviderAccess } from './provider-access.js';
import { assertVersion, findProvider, keyOfItsOwn, wantsKey } from './provider-rules.js';
import {
  NamedProviderChanges,
  NamedProviderDto,
  NamedProviderListDto,
  NewNamedProvider,
  toNamedProviderDto,
} from './providers.dto.js';

/** Message of the refusal to remove the default provider while there are others. */
export const DEFAULT_IS_NEEDED =
  'This is the default provider. Make another one the default first, or remove the others.';

/** The providers of a project's live requests. */
@AdminController('projects/:project_id/providers', 'Providers')
export class ProvidersController {
  /**
   * @param projects the store of projects
   * @param providers the store of providers
   * @param access seals and tests credentials
   * @param changes makes changes with their audit entries
   * @param lanes the lanes of providers
   * @param remembered the caches of projects in all processes
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(ProviderStore) private readonly providers: ProviderStore,
    @Inject(ProviderAccess) private readonly access: ProviderAccess,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(LanesByHand) private readonly lanes: LanesByHand,
    @Inject(RememberedKeys) private readonly remembered: RememberedKeys,
  ) {}

  /** Returns the providers of a project. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'A project’s providers, the default first',
  })
  @ApiResponse({ status: 200, type: NamedProviderListDto })
  @NotFound('project')
  async list(@UuidParam('project_id') projectId: string): Promise<NamedProviderListDto> {
    await findProject(this.projects, projectId);
    const providers = await this.providers.list(projectId);
    return { object: 'list', data: providers.map(toNamedProviderDto) };
  }

  /** Adds a provider. It can be named in requests within seconds. */
  @Post()
  @Access({ role: 'owner', scope: 'providers:write', recentSignIn: true })
  @ApiOperation({ operationId: 'addProvider', summary: 'Add a provider' })
  @ApiBody({ type: NewNamedProvider })
  @ApiResponse({ status: 201, type: NamedProviderDto })
  @ApiResponse({
    status: 409,
    type: ErrorBodyDto,
    description: 'The name is taken, or there are 20.',
  })
  @ApiBadRequest()
  @NotFound('project')
  async add(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NewNamedProvider) body: NewNamedProvider,
  ): Promise<NamedProviderDto> {
    await findProject(this.projects, projectId);
    const { name, base_url: baseUrl, api_key: apiKey } = body;
    const kind = body.kind ?? 'openai';
    const apiVersion = body.api_version ?? null;
    if (RESERVED_PROVIDER_NAMES.has(name)) {
      throw invalid('name', `name must not be ${[...RESERVED_PROVIDER_NAMES].join(', ')}.`);
    }
    assertVersion(kind, apiVersion);
    this.access.check(baseUrl);
    if (!apiKey) {
      wantsKey(kind);
    }
    const id = randomUUID();
    const key = apiKey ? await this.access.sealKey(projectId, id, apiKey) : null;
    const row = { id, name, kind, baseUrl, apiVersion, key };
    const models = body.models ?? [];
    const streamUsage = body.stream_usage ?? 'auto';
    const { pacing = 'auto', breaker = 'auto' } = body;
    return this.change(caller, projectId, 'created', name, async (store) => {
      refuse(await store.add(projectId, { ...row, models, streamUsage, pacing, breaker }));
      if (body.is_default === true) {
        await store.makeDefault(projectId, await findProvider(store, projectId, name));
      }
      return { base_url: baseUrl, kind, has_key: key !== null };
    });
  }

  /** Changes a provider. Its key goes only to the server that it was given for. */
  @Patch(':name')
  @Access({ role: 'owner', scope: 'providers:write', recentSignIn: true })
  @ApiOperation({ operationId: 'updateProvider', summary: 'Change a provider' })
  @ApiParam({ name: 'name', schema: { type: 'string' } })
  @ApiBody({ type: NamedProviderChanges })
  @ApiResponse({ status: 200, type: NamedProviderDto })
  @ApiResponse({
    status: 409,
    type: ErrorBodyDto,
    description: 'Somebody has changed it meanwhile.',
  })
  @ApiBadRequest()
  @NotFound('project or provider')
  async update(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @Param('name') name: string,
    @AdminBody(NamedProviderChanges) body: NamedProviderChanges,
  ): Promise<NamedProviderDto> {
    await findProject(this.projects, projectId);
    const provider = await findProvider(this.providers, projectId, name);
    const kind = body.kind ?? provider.kind;
    const baseUrl = body.base_url ?? provider.baseUrl;
    // A kind that has none drops it.
    const apiVersion =
      body.api_version === undefined && kind === 'azure'
        ? provider.apiVersion
        : (body.api_version ?? null);
    assertVersion(kind, apiVersion);
    const url = this.access.check(baseUrl);
    if (!body.api_key && url.origin !== new URL(provider.baseUrl).origin) {
      throw keyOfItsOwn();
    }
    const key = body.api_key
      ? await this.access.sealKey(projectId, provider.id, body.api_key)
      : undefined;
    const models = body.models ?? provider.models;
    const streamUsage = body.stream_usage ?? provider.streamUsage;
    const { pacing = provider.pacing, breaker = provider.breaker } = body;
    return this.change(caller, projectId, 'changed', name, async (store, lanes) => {
      const change = { kind, baseUrl, apiVersion, models, streamUsage, pacing, breaker };
      if (!(await store.change(provider, key === undefined ? change : { ...change, key }))) {
        throw new ApiError('not_changeable');
      }
      if (body.is_default === true) {
        await store.makeDefault(projectId, await findProvider(store, projectId, name));
      }
      if (pacing !== provider.pacing || breaker !== provider.breaker) {
        const limits = pacing === 'auto';
        await lanes.relieve(provider.id, { limits, failures: breaker === 'auto' });
      }
      return { base_url: baseUrl, kind, key_changed: key !== undefined, pacing, breaker };
    });
  }

  /** Removes a provider and its key. Requests that wait for it go on with their fallbacks, or fail. */
  @Delete(':name')
  @HttpCode(204)
  @Access({ role: 'owner', scope: 'providers:write', recentSignIn: true })
  @ApiOperation({ operationId: 'deleteProvider', summary: 'Remove a provider, and forget its key' })
  @ApiParam({ name: 'name', schema: { type: 'string' } })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  @ApiResponse({
    status: 409,
    type: ErrorBodyDto,
    description: 'It is the default, and there are others.',
  })
  @NotFound('project or provider')
  async remove(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @Param('name') name: string,
  ): Promise<void> {
    const project = await findProject(this.projects, projectId);
    await this.changes.make(caller, async (on) => {
      const store = this.providers.within(on);
      await findProvider(store, projectId, name);
      refuse(await store.remove(projectId, name));
      return {
        value: undefined,
        action: {
          action: 'provider.removed',
          target: { kind: 'project', id: projectId, name: project.name },
          projectId,
          details: { provider: name },
        },
      };
    });
    this.remembered.forget(projectId);
  }

  private async change(
    caller: AdminCaller,
    projectId: string,
    what: 'created' | 'changed',
    name: string,
    work: (
      store: ProviderStore,
      lanes: LanesByHand,
    ) => Promise<Readonly<Record<string, AuditValue>>>,
  ): Promise<NamedProviderDto> {
    const changed = await this.changes.make(caller, async (on) => {
      const project = await findProject(this.projects.within(on), projectId);
      const store = this.providers.within(on);
      const lanes = this.lanes.within(on);
      const details = await work(store, lanes);
      await lanes.renewDefaults(projectId);
      const provider = await findProvider(store, projectId, name);
      return {
        value: toNamedProviderDto(provider),
        action: {
          action: `provider.${what}`,
          target: { kind: 'project', id: projectId, name: project.name },
          projectId,
          details: { provider: name, is_default: provider.isDefault, ...details },
        },
      };
    });
    this.remembered.forget(projectId);
    return changed;
  }
}

function refuse(refusal: ProviderRefusal | null): void {
  switch (refusal) {
    case 'taken':
      throw new ApiError('already_exists', {
        param: 'name',
        message: 'This project has a provider of this name.',
      });
    case 'full':
      throw new ApiError('limit_reached', {
        message: `A project has at most ${MAX_PROVIDERS} providers. Remove one first.`,
      });
    case 'default':
      throw new ApiError('not_changeable', { param: 'name', message: DEFAULT_IS_NEEDED });
    case null:
      return;
  }
}

const invalid = (param: string, message: string): ApiError =>
  new ApiError('invalid_value', { param, message });
