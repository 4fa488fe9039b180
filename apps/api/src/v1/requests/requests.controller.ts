import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { uuidFromRequestId } from '@reqrun/contracts';
import { type RequestOutcome, RequestReader } from '@reqrun/requests';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { ApiError } from '../../http/api-error.js';
import { validateQuery } from '../../http/validate.js';
import { whenGone } from '../../http/when-gone.js';
import { NotFound, RECORD_HEADERS, REQUEST_ID_PARAMETER } from '../../http/openapi-responses.js';
import {
  AttemptListDto,
  ErrorBodyDto,
  RequestListDto,
  RequestRecordDto,
} from '../../http/openapi-schemas.js';
import { send, sendRecord } from '../submission/replies.js';
import { ListQuery, METADATA_PARAMETER, readListQuery } from './list-query.dto.js';
import { RequestControl } from './request-control.js';
import { StoredStreams } from '../streams/stored-streams.js';
import { StreamQuery } from '../streams/stream-query.dto.js';

/** Records of requests: status, attempts, cancel and retry. */
@ApiTags('Requests')
@ApiBearerAuth()
@Controller('v1/requests')
export class RequestsController {
  /**
   * @param reader reads records
   * @param control cancels and retries requests
   * @param stored shows streams
   */
  constructor(
    @Inject(RequestReader) private readonly reader: RequestReader,
    @Inject(RequestControl) private readonly control: RequestControl,
    @Inject(StoredStreams) private readonly stored: StoredStreams,
  ) {}

  /** Returns a page of records, newest first. */
  @Get()
  @NeedsScope('requests:read')
  @ApiOperation({ operationId: 'listRequests', summary: 'A page of records, newest first' })
  @ApiQuery({ type: ListQuery })
  @ApiQuery(METADATA_PARAMETER)
  @ApiResponse({ status: 200, type: RequestListDto })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The filter is named in `param`.' })
  async list(
    @CurrentCaller() caller: Caller,
    @Query() query: Record<string, unknown>,
  ): Promise<object> {
    const page = await this.reader.list(caller, readListQuery(query));
    return { ...page, data: page.data.map((record) => ({ ...record, result: null })) };
  }

  /** Returns a record with its result. */
  @Get(':id')
  @NeedsScope('requests:read')
  @ApiOperation({ operationId: 'getRequest', summary: 'One record with its result' })
  @ApiParam(REQUEST_ID_PARAMETER)
  @ApiResponse({ status: 200, type: RequestRecordDto, headers: RECORD_HEADERS })
  @NotFound('request')
  async get(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    const outcome = await this.reader.get(caller, uuidOf(id), whenGone(reply));
    if (outcome === null) {
      throw notFound();
    }
    sendRecord(reply, outcome);
  }

  /** Shows the stream of a request, from a place on. */
  @Get(':id/stream')
  @NeedsScope('requests:read')
  @ApiOperation({
    operationId: 'streamRequest',
    summary: 'The frames of a request, stored ones first, then those that come',
    description:
      'Server-sent events as the provider sent them, each with an `id`. `starting_after`, or the header ' +
      '`Last-Event-ID`, goes on after a frame. A request that was no stream is shown as one when it is completed.',
  })
  @ApiParam(REQUEST_ID_PARAMETER)
  @ApiQuery({ type: StreamQuery })
  @ApiResponse({
    status: 200,
    description: 'The stream.',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The cursor names no frame.' })
  @NotFound('request')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'The log of the cursor has ended.' })
  @ApiResponse({ status: 410, type: ErrorBodyDto, description: 'Retention deleted the frames.' })
  async stream(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    const { starting_after: after, include_usage: usage } = validateQuery(StreamQuery, query);
    await this.stored.show({ request, reply, caller }, uuidOf(id), after, usage === 'true');
  }

  /** Returns all attempts with their decisions, oldest first. */
  @Get(':id/attempts')
  @NeedsScope('requests:read')
  @ApiOperation({
    operationId: 'listAttempts',
    summary: 'Every attempt, oldest first, and why it was followed by what',
  })
  @ApiParam(REQUEST_ID_PARAMETER)
  @ApiResponse({ status: 200, type: AttemptListDto })
  @NotFound('request')
  async attempts(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    const attempts = await this.reader.attempts(caller, uuidOf(id));
    if (attempts === null) {
      throw notFound();
    }
    send(reply, 200, id, { object: 'list', data: attempts });
  }

  /** Cancels a request that has not ended; does not change one that has. */
  @Post(':id/cancel')
  @NeedsScope('requests:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelRequest', summary: 'End a request that has not ended' })
  @ApiParam(REQUEST_ID_PARAMETER)
  @ApiResponse({ status: 200, type: RequestRecordDto, headers: RECORD_HEADERS })
  @NotFound('request')
  async cancel(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    sendRecord(reply, readableBy(caller, await this.control.cancel(caller, uuidOf(id))));
  }

  /** Retries a failed or canceled request: a new round of attempts with the same id. */
  @Post(':id/retry')
  @NeedsScope('requests:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'retryRequest', summary: 'Run a failed or canceled request again' })
  @ApiParam(REQUEST_ID_PARAMETER)
  @ApiResponse({ status: 200, type: RequestRecordDto, headers: RECORD_HEADERS })
  @NotFound('request')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'Neither failed nor canceled.' })
  @ApiResponse({ status: 410, type: ErrorBodyDto, description: 'Retention deleted the body.' })
  async retry(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    sendRecord(reply, readableBy(caller, await this.control.retry(caller, uuidOf(id))));
  }
}

/** Returns the outcome without the provider's answer for a key that may only write. */
function readableBy(caller: Caller, outcome: RequestOutcome): RequestOutcome {
  if (caller.scopes.includes('requests:read')) {
    return outcome;
  }
  outcome.answer?.hold?.done();
  return { ...outcome, answer: null };
}

function uuidOf(id: string): string {
  const uuid = uuidFromRequestId(id);
  if (uuid === null) {
    throw notFound();
  }
  return uuid;
}

/** Returns the error for a record that does not exist, or belongs to another project. */
const notFound = (): ApiError => new ApiError('request_not_found', { param: 'id' });
