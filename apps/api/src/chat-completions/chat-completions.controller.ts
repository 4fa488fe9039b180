import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { uuidFromRequestId } from '@reqrun/contracts';
import { type ProjectSettings, ProjectDirectory } from '@reqrun/projects';
import { forwardedHeaders } from '@reqrun/providers';
import { type RequestPolicy, RequestReader } from '@reqrun/requests';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { ApiError } from '../http/api-error.js';
import { whenGone } from '../http/when-gone.js';
import { ApiLimits } from '../limits.js';
import {
  AnswersWithOutcome,
  NotFound,
  REQUEST_ID_PARAMETER,
  TakesRequestHeaders,
  WrongInput,
} from '../openapi/answers.js';
import { ErrorBodyDto } from '../openapi/schemas.js';
import { sendEnd, sendHandle, sendOutcome } from '../submission/answers.js';
import { type Submission, Submissions } from '../submission/submissions.js';
import { VERSION } from '../version.js';
import { type ChatBody, readChatBody } from './chat-body.js';
import { ChatCompletionBody } from './chat-completion-body.dto.js';
import type { OwnFields } from './own-fields.dto.js';
import { idempotencyKeyOf, waitLimitMs } from './wait-preference.js';

const NO_BODY = Buffer.alloc(0);
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
  @NeedsScope('requests:write')
  @ApiOperation({
    operationId: 'createChatCompletion',
    summary: 'Accept a chat completion durably, then run it',
    description:
      'OpenAI’s whole body passes through to the provider untouched, less the fields that are ours. ' +
      '`stream: true`, `fallbacks` and `cache` are refused for now.',
  })
  @TakesRequestHeaders()
  @ApiBody({ type: ChatCompletionBody })
  @AnswersWithOutcome(true)
  @WrongInput()
  @ApiResponse({ status: 413, type: ErrorBodyDto, description: 'The body is too large.' })
  @ApiResponse({ status: 415, type: ErrorBodyDto, description: 'Not plain application/json.' })
  @ApiResponse({
    status: 422,
    type: ErrorBodyDto,
    description: 'The idempotency key was used with another body.',
  })
  async create(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    let body: ChatBody | Promise<ChatBody> | null = readChatBody(
      takeBody(request),
      this.limits.json,
    );
    if (body instanceof Promise) {
      body = await body;
    }
    const settings = await this.projects.settingsOf(caller.projectId);
    if (settings === null) {
      throw new ApiError('invalid_api_key');
    }
    const submission: Submission = {
      endpoint: ENDPOINT,
      model: body.model,
      idempotencyKey: idempotencyKeyOf(request, body.own),
      metadata: body.metadata,
      policy: policyOf(settings, body.own),
      body: body.forwarded,
      headers: { ...forwardedHeaders(VERSION, request.headers) },
      waitMs: waitLimitMs(request, body.own, settings),
      gone: whenGone(reply),
    };
    // A caller may wait for minutes: whoever needs the body holds it as long as it is needed.
    body = null;
    const answer = await this.submissions.submit(caller, submission);
    if (answer.kind === 'pending') {
      sendHandle(reply, answer.request);
      return;
    }
    if (answer.replayed) {
      void reply.header('idempotent-replayed', 'true');
    }
    sendEnd(reply, answer.outcome);
  }

  /** The finished completion, so that a stock SDK's `retrieve()` polls. */
  @Get(':id')
  @NeedsScope('requests:read')
  @ApiOperation({
    operationId: 'retrieveChatCompletion',
    summary: 'The chat completion of a request, for the stock SDK’s retrieve()',
  })
  @ApiParam(REQUEST_ID_PARAMETER)
  @AnswersWithOutcome(false)
  @NotFound('chat completion')
  async retrieve(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    const uuid = uuidFromRequestId(id);
    const outcome = uuid === null ? null : await this.reader.get(caller, uuid, whenGone(reply));
    if (outcome?.record.endpoint !== `/v1${ENDPOINT}`) {
      throw new ApiError('request_not_found', { param: 'id' });
    }
    sendOutcome(reply, outcome);
  }
}

/** The body's bytes, which the request itself holds no longer. */
function takeBody(request: FastifyRequest): Buffer {
  const body = request.body as Buffer | undefined;
  request.body = undefined;
  return body ?? NO_BODY;
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
