import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type ErrorCode, statusForCaller } from '@reqrun/contracts';
import { ProjectDirectory } from '@reqrun/projects';
import {
  forwardedHeaders,
  passThroughHeaders,
  ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { ApiError } from '../../http/api-error.js';
import { PROVIDERS_JSON } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { VERSION } from '../../version.js';

const TIMEOUT_MS = 30_000;

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
    const target = await this.projects.targetOf(caller.projectId, caller.mode);
    if (target === null) {
      throw new ApiError('provider_not_configured');
    }
    const outcome = await this.provider.get({
      ...target,
      path: '/models',
      headers: forwardedHeaders(VERSION, request.headers),
      timeoutMs: TIMEOUT_MS,
    });
    if (
      outcome.kind === 'success' ||
      (outcome.kind === 'http_error' &&
        outcome.body.length > 0 &&
        statusForCaller(outcome.httpStatus) === outcome.httpStatus)
    ) {
      void reply
        .code(outcome.httpStatus)
        .headers(passThroughHeaders(outcome.headers))
        .header('content-type', outcome.contentType ?? 'application/json')
        .send(outcome.body);
      return;
    }
    throw new ApiError(codeOf(outcome));
  }
}

function codeOf(outcome: ProviderOutcome): ErrorCode {
  switch (outcome.kind) {
    case 'timeout':
      return 'timeout';
    case 'network_error':
    case 'aborted':
      return 'network_error';
    case 'http_error':
      return outcome.httpStatus === 401 || outcome.httpStatus === 403
        ? 'provider_auth_failed'
        : 'provider_response_invalid';
    case 'success':
    case 'invalid_response':
      return 'provider_response_invalid';
  }
}
