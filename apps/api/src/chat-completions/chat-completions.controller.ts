import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiResponse, ApiTags } from '@nestjs/swagger';
import { uuidFromRequestId } from '@reqrun/contracts';
import { type ProjectSettings, ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders } from '@reqrun/providers';
import { type RequestPolicy, RequestReader } from '@reqrun/requests';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Caller, CurrentCaller } from '../auth/caller.js';
import { ApiError } from '../http/api-error.js';
import { ApiLimits } from '../limits.js';
import { AsyncHandleDto, ErrorBodyDto } from '../openapi/schemas.js';
import { sendHandle, sendOutcome } from '../submission/answers.js';
import { Submissions } from '../submission/submissions.js';
import { VERSION } from '../version.js';
import { readChatBody } from './chat-body.js';
import { ChatCompletionBody } from './chat-completion-body.dto.js';
import type { OwnFields } from './own-fields.dto.js';
import { idempotencyKeyOf, waitLimitMs } from './wait-preference.js';

const ENDPOINT = '/chat/completions';

/** Chat completions: accepted durably, answered at once or when they are done. */
@ApiTags('Chat completions')
@ApiBearerAuth()
@Controller('v1/chat/completions')
export class ChatCompletionsController {
  /**
   * @param submissions accepts and waits
   * @param reader reads records
   * @param projects knows how projects are set
   * @param limits what is too much
   */
  constructor(
    @Inject(Submissions) private readonly submissions: Submissions,
    @Inject(RequestReader) private readonly reader: RequestReader,
    @Inject(ProjectDirectory) private readonly projects: ProjectDirectory,
    @Inject(ApiLimits) private readonly limits: ApiLimits,
  ) {}

  /** Accepts a request durably, then runs it. */
  @Post()
  @ApiBody({ type: ChatCompletionBody })
  @ApiResponse({ status: 200, description: 'The provider’s own answer, byte for byte.' })
  @ApiResponse({ status: 202, type: AsyncHandleDto, description: 'Accepted; not finished yet.' })
  @ApiResponse({ status: 400, type: ErrorBodyDto })
  @ApiResponse({ status: 401, type: ErrorBodyDto })
  @ApiResponse({
    status: 409,
    type: ErrorBodyDto,
    description: 'Canceled while it was waited for.',
  })
  @ApiResponse({ status: 410, type: ErrorBodyDto, description: 'A replay whose result is gone.' })
  @ApiResponse({ status: 413, type: ErrorBodyDto })
  @ApiResponse({
    status: 422,
    type: ErrorBodyDto,
    description: 'The key was used with another body.',
  })
  @ApiResponse({ status: 429, type: ErrorBodyDto })
  @ApiResponse({ status: 502, type: ErrorBodyDto, description: 'Failed for good.' })
  @ApiResponse({ status: 503, type: ErrorBodyDto, description: 'Not accepted; see retry-after.' })
  @ApiResponse({ status: 504, type: ErrorBodyDto, description: 'Ran out of time.' })
  async create(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Body() rawBody: Buffer | undefined,
  ): Promise<void> {
    const body = readChatBody(rawBody ?? Buffer.alloc(0), this.limits.maxJsonDepth);
    const settings = await this.projects.settingsOf(caller.projectId);
    if (settings === null) {
      throw new ApiError('invalid_api_key');
    }
    const answer = await this.submissions.submit(caller, {
      endpoint: ENDPOINT,
      model: body.model,
      idempotencyKey: idempotencyKeyOf(request, body.own),
      metadata: body.metadata,
      policy: policyOf(settings, body.own),
      body: body.forwarded,
      bodyText: body.forwardedText,
      headers: { ...forwardedHeaders(VERSION, request.headers) },
      waitMs: waitLimitMs(request, body.own, settings.defaultWait),
      gone: whenGone(reply),
    });
    if (answer.kind === 'pending') {
      sendHandle(reply, answer.request);
      return;
    }
    if (answer.replayed) {
      void reply.header('idempotent-replayed', 'true');
    }
    sendOutcome(reply, answer.outcome);
  }

  /** The finished completion, so that a stock SDK's `retrieve()` polls. */
  @Get(':id')
  @ApiResponse({ status: 200, description: 'The provider’s own answer, byte for byte.' })
  @ApiResponse({ status: 202, type: AsyncHandleDto, description: 'Not finished yet.' })
  @ApiResponse({ status: 404, type: ErrorBodyDto })
  async retrieve(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    const uuid = uuidFromRequestId(id);
    const outcome = uuid === null ? null : await this.reader.get(caller, uuid);
    if (outcome?.record.endpoint !== `/v1${ENDPOINT}`) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    sendOutcome(reply, outcome);
  }
}

/** The request's own wishes over what its project is set to. */
function policyOf(settings: ProjectSettings, own: OwnFields): RequestPolicy {
  const retry = own.retry ?? own.orq?.retries;
  const timeout = own.timeout ?? own.orq?.timeout;
  return {
    count: retry?.count ?? settings.retryCount,
    onCodes: retry?.on_codes ?? settings.retryOnCodes,
    onLost: own.on_lost ?? settings.onLost,
    callTimeoutMs: timeout?.call_timeout ?? settings.callTimeoutMs,
    deadlineMs: timeout?.deadline ?? settings.deadlineMs,
  };
}

/** Aborts when the client closes its connection before it was answered. The request runs on. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) {
      gone.abort();
    }
  });
  return gone.signal;
}
