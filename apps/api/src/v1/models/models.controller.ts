import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExcludeEndpoint,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders, ProviderClient, type ProviderGet } from '@reqrun/providers';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { ApiError } from '../../http/api-error.js';
import { PROVIDERS_JSON } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { VERSION } from '../../version.js';
import { PASS_THROUGH_TIMEOUT_MS, sendPassedOn } from '../pass-through.js';

/** The provider's models. The call is not a request: nothing is recorded or retried. */
@ApiTags('Models')
@ApiBearerAuth()
@Controller('v1/models')
export class ModelsController {
  /**
   * @param projects looks up the target of a project's calls
   * @param provider makes the call
   */
  constructor(
    @Inject(ProjectDirectory) private readonly projects: ProjectDirectory,
    @Inject(ProviderClient) private readonly provider: ProviderClient,
  ) {}

  /** Returns the list of the project's provider. */
  @Get()
  @NeedsScope('any')
  @ApiOperation({ operationId: 'listModels', summary: 'The models of the project’s provider' })
  @ApiResponse({
    status: 200,
    description: 'The provider’s own answer.',
    content: PROVIDERS_JSON,
  })
  @ApiResponse({
    status: '4XX',
    description: 'The provider’s own refusal, as it came.',
    content: PROVIDERS_JSON,
  })
  @ApiResponse({ status: 502, type: ErrorBodyDto, description: 'The provider gave no answer.' })
  @ApiResponse({ status: 504, type: ErrorBodyDto, description: 'The provider took too long.' })
  async list(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    const call = await this.callTo(request, caller, '/models');
    sendPassedOn(reply, await this.provider.get(call));
  }

  /** One of them. */
  @Get(':id')
  @NeedsScope('any')
  @ApiOperation({ operationId: 'retrieveModel', summary: 'One model of the project’s provider' })
  @ApiParam({ name: 'id', description: 'The name of a model.', schema: { type: 'string' } })
  @ApiResponse({
    status: 200,
    description: 'The provider’s own answer.',
    content: PROVIDERS_JSON,
  })
  @ApiResponse({
    status: '4XX',
    description: 'The provider’s own refusal, as it came.',
    content: PROVIDERS_JSON,
  })
  async retrieve(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    const name = (request.url.split('?', 1)[0] ?? '').slice('/v1/models/'.length);
    if (!isModelPath(name)) {
      throw new ApiError('not_found', { param: 'id', message: 'No such model.' });
    }
    // As it was sent: a slash in a name may be escaped or not, and the provider knows which it takes.
    const call = await this.callTo(request, caller, `/models/${name}`);
    sendPassedOn(reply, await this.provider.passOn('GET', call));
  }

  /** The same for a name with slashes. */
  @Get('*')
  @NeedsScope('any')
  @ApiExcludeEndpoint()
  retrieveByPath(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.retrieve(request, reply, caller);
  }

  private async callTo(
    request: FastifyRequest,
    { projectId, mode }: Caller,
    path: string,
  ): Promise<ProviderGet> {
    const target = await this.projects.targetOf(projectId, mode);
    if (target === null) {
      throw new ApiError('provider_not_configured');
    }
    return {
      ...target,
      path,
      headers: forwardedHeaders(VERSION, request.headers),
      timeoutMs: PASS_THROUGH_TIMEOUT_MS,
    };
  }
}

/** Tells whether a path names a model: one with dots for a folder would lead to something else of the provider. */
function isModelPath(path: string): boolean {
  if (!/^[\w.:@~+%/-]{1,256}$/.test(path)) {
    return false;
  }
  try {
    return decodeURIComponent(path)
      .split(/[/\\]/)
      .every((part) => part !== '' && part !== '.' && part !== '..');
  } catch {
    return false;
  }
}
