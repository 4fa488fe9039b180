import { Get, HttpCode, Inject, Post, Put } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ProjectStore, ProviderStore } from '@reqrun/projects';
import { type LaneChange, LanesByHand } from '@reqrun/requests';
import { probeByHand, setLimits, startByHand, stopByHand } from '@reqrun/retry-policy';
import type { AuditValue } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { LaneDto, LaneLimitsInput, LaneListDto, LaneNameInput, toLaneDto } from './lanes.dto.js';

/** Audit entry of a change of a lane. */
interface Told {
  /** Part of the action's name behind `lane.`. */
  action: 'limits_set' | 'opened' | 'closed' | 'probed';
  details?: Readonly<Record<string, AuditValue>>;
}

/** Lanes of a project: how fast the models of its providers are called. */
@AdminController('projects/:project_id/lanes', 'Providers')
export class LanesController {
  /**
   * @param projects the store of projects
   * @param providers the store of providers
   * @param lanes the lanes
   * @param changes makes changes with their audit entries
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(ProviderStore) private readonly providers: ProviderStore,
    @Inject(LanesByHand) private readonly lanes: LanesByHand,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
  ) {}

  /** Returns the lanes that are or were in trouble, and those that a person has limited or stopped. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({
    operationId: 'listLanes',
    summary: 'Models that are limited, fail, or were limited or stopped by hand',
    description: 'A model that is not listed is called at full speed.',
  })
  @ApiResponse({ status: 200, type: LaneListDto })
  @NotFound('project')
  async list(@UuidParam('project_id') projectId: string): Promise<LaneListDto> {
    await findProject(this.projects, projectId);
    return { object: 'list', data: (await this.lanes.list(projectId)).map(toLaneDto) };
  }

  /** Sets the limits of a lane in place of those that it has. */
  @Put('limits')
  @Access({ role: 'owner', scope: 'providers:write' })
  @ApiOperation({
    operationId: 'setLaneLimits',
    summary: 'Limit the calls of a model, or of a provider as a whole',
    description:
      'Replaces the limits that were set before. It counts in all workers within about a second.',
  })
  @ApiBody({ type: LaneLimitsInput })
  @ApiResponse({ status: 200, type: LaneDto })
  @ApiBadRequest()
  @NotFound('project or provider')
  async limit(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(LaneLimitsInput) body: LaneLimitsInput,
  ): Promise<LaneDto> {
    const {
      requests_per_minute: requests = null,
      tokens_per_minute: tokens = null,
      calls_at_once: calls = null,
    } = body;
    const limits =
      requests === null && tokens === null && calls === null
        ? null
        : { requestsPerMinute: requests, tokensPerMinute: tokens, callsAtOnce: calls };
    return this.change(
      ...([caller, projectId, body] as const),
      (state, nowMs) => setLimits(state, limits, nowMs),
      {
        action: 'limits_set',
        details: { requests_per_minute: requests, tokens_per_minute: tokens, calls_at_once: calls },
      },
    );
  }

  /** Stops the calls of a lane until a person lets them go on. */
  @Post('open')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'providers:write' })
  @ApiOperation({
    operationId: 'openLane',
    summary: 'Stop calling a model, or a provider as a whole',
    description:
      'Calls under way go on. Requests with a fallback go on with the next model, the others wait until their deadline.',
  })
  @ApiBody({ type: LaneNameInput })
  @ApiResponse({ status: 200, type: LaneDto })
  @ApiBadRequest()
  @NotFound('project or provider')
  async open(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(LaneNameInput) body: LaneNameInput,
  ): Promise<LaneDto> {
    return this.change(caller, projectId, body, stopByHand, { action: 'opened' });
  }

  /** Lets the calls of a lane go on that was stopped or slowed. */
  @Post('close')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'providers:write' })
  @ApiOperation({
    operationId: 'closeLane',
    summary: 'Let the calls of a lane go on that is open or paced',
    description:
      'Those of an open lane come back within ten seconds. Limits that were set by hand stay.',
  })
  @ApiBody({ type: LaneNameInput })
  @ApiResponse({ status: 200, type: LaneDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is neither open nor paced.' })
  @ApiBadRequest()
  @NotFound('project or provider')
  async close(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(LaneNameInput) body: LaneNameInput,
  ): Promise<LaneDto> {
    return this.change(
      ...([caller, projectId, body] as const),
      (state, nowMs) => {
        const started = startByHand(state, nowMs);
        if (started === state) {
          throw notChangeable('Nothing but limits by hand slows its calls.');
        }
        return started;
      },
      { action: 'closed' },
    );
  }

  /** Makes the probe of an open lane due. */
  @Post('probe')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'providers:write' })
  @ApiOperation({
    operationId: 'probeLane',
    summary: 'Try an open lane now, with one of the requests that wait',
    description: 'Any answer but a failure lets its calls go on.',
  })
  @ApiBody({ type: LaneNameInput })
  @ApiResponse({ status: 200, type: LaneDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It is not open.' })
  @ApiBadRequest()
  @NotFound('project or provider')
  async probe(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(LaneNameInput) body: LaneNameInput,
  ): Promise<LaneDto> {
    return this.change(
      ...([caller, projectId, body] as const),
      (state, nowMs) => {
        if (state.phase !== 'open') {
          throw notChangeable('Its calls are not stopped.');
        }
        return probeByHand(state, nowMs);
      },
      { action: 'probed' },
    );
  }

  private async change(
    caller: AdminCaller,
    projectId: string,
    { provider: name, model: given }: LaneNameInput,
    change: LaneChange,
    { action, details }: Told,
  ): Promise<LaneDto> {
    return this.changes.make(caller, async (on) => {
      const project = await findProject(this.projects.within(on), projectId);
      const provider = await this.providers.within(on).find(projectId, name);
      if (provider === null) {
        throw new ApiError('not_found', { param: 'provider', message: 'No such provider.' });
      }
      const model = given ?? '';
      if (model !== '' && provider.models.length > 0 && !provider.models.includes(model)) {
        throw new ApiError('invalid_value', {
          param: 'model',
          message: `${name} is not called with this model: its list of models does not name it.`,
        });
      }
      const lanes = this.lanes.within(on);
      const { id: providerId, isDefault } = provider;
      const id = await lanes.change({ projectId, providerId, model, isDefault }, change);
      const changed = (await lanes.list(projectId)).find(({ lane }) => lane.id === id);
      if (changed === undefined) {
        throw new ApiError('not_changeable', { message: 'The provider was changed meanwhile.' });
      }
      return {
        value: toLaneDto(changed),
        action: {
          action: `lane.${action}`,
          target: { kind: 'project', id: projectId, name: project.name },
          projectId,
          details: { provider: name, model: given ?? null, ...details },
        },
      };
    });
  }
}

const notChangeable = (message: string): ApiError => new ApiError('not_changeable', { message });
