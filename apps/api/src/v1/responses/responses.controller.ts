import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RESPONSES } from '@reqrun/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import {
  ApiBadRequest,
  NotFound,
  PROVIDERS_JSON,
  SubmitsBody,
} from '../../http/openapi-responses.js';
import { whenGone } from '../../http/when-gone.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { sendPassedOn } from '../pass-through.js';
import { RequestControl } from '../requests/request-control.js';
import { EndpointCalls } from '../submission/endpoint-calls.js';
import { StoredStreams } from '../streams/stored-streams.js';
import { ResponseBody } from './response-body.dto.js';
import { ResponsesVariant } from './responses-variant.js';
import { sendResponseState } from './send-response.js';
import { StoredResponses } from './stored-responses.js';

const ID = {
  name: 'id',
  description: 'The id of an accepted request (`rr_…`), or the provider’s id of a completed one.',
  schema: { type: 'string' as const },
};
const RESPONSE = {
  status: 200,
  description: 'The response: the provider’s own where it is completed.',
  content: PROVIDERS_JSON,
};

/** OpenAI's Responses API on accepted requests. */
@ApiTags('Responses')
@ApiBearerAuth()
@Controller('v1/responses')
export class ResponsesController {
  /**
   * @param calls accepts requests
   * @param variant ways in which responses differ from other endpoints
   * @param stored finds and deletes responses
   * @param control cancels requests
   * @param streams shows streams
   */
  constructor(
    @Inject(EndpointCalls) private readonly calls: EndpointCalls,
    @Inject(ResponsesVariant) private readonly variant: ResponsesVariant,
    @Inject(StoredResponses) private readonly stored: StoredResponses,
    @Inject(RequestControl) private readonly control: RequestControl,
    @Inject(StoredStreams) private readonly streams: StoredStreams,
  ) {}

  /** Accepts a response durably, then answers as the caller wishes. */
  @Post()
  @NeedsScope('requests:write')
  @ApiOperation({
    operationId: 'createResponse',
    summary: 'Accept a response durably, then run it',
    description:
      'OpenAI’s whole body passes through to the provider untouched, less the fields that are ours. ' +
      'With `background: true` the answer is a response object under our id, at once.',
  })
  @SubmitsBody(ResponseBody)
  create(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.calls.create(RESPONSES, { request, reply, caller }, this.variant);
  }

  /** One response. */
  @Get(':id')
  @NeedsScope('requests:read')
  @ApiOperation({ operationId: 'retrieveResponse', summary: 'One response' })
  @ApiParam(ID)
  @ApiResponse(RESPONSE)
  @NotFound('response')
  async retrieve(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    if (query['stream'] === 'true') {
      const { uuid, log } = await this.stored.readRecord(caller, id);
      const { starting_after: after } = query;
      if (after !== undefined && typeof after !== 'string') {
        throw new ApiError('invalid_value', { param: 'starting_after' });
      }
      await this.streams.show({ request, reply, caller }, uuid, after, true, log);
      return;
    }
    const { outcome, askedById } = await this.stored.read(caller, id, whenGone(reply));
    await sendResponseState(reply, outcome, askedById);
  }

  /** Ends a response that has not ended; changes nothing on one that has. */
  @Post(':id/cancel')
  @NeedsScope('requests:write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'cancelResponse', summary: 'End a response that has not ended' })
  @ApiParam(ID)
  @ApiResponse(RESPONSE)
  @NotFound('response')
  async cancel(
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    const { uuid, askedById } = await this.stored.readRecord(caller, id);
    await sendResponseState(reply, await this.control.cancel(caller, uuid), askedById);
  }

  /** Deletes a response that has ended, at the provider and here. The record stays, without content. */
  @Delete(':id')
  @NeedsScope('requests:write')
  @ApiOperation({ operationId: 'deleteResponse', summary: 'Delete a response that has ended' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, description: 'It is deleted.', content: PROVIDERS_JSON })
  @ApiBadRequest('It has not ended.')
  @NotFound('response')
  async delete(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    await this.stored.delete(caller, id, request);
    void reply
      .code(200)
      .header('content-type', 'application/json; charset=utf-8')
      .send(Buffer.from(JSON.stringify({ id, object: 'response', deleted: true })));
  }

  /** The input items of a response, as the provider keeps them. */
  @Get(':id/input_items')
  @NeedsScope('requests:read')
  @ApiOperation({ operationId: 'listInputItems', summary: 'The input items of a response' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, description: 'The provider’s list.', content: PROVIDERS_JSON })
  @NotFound('response')
  async inputItems(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
  ): Promise<void> {
    sendPassedOn(reply, await this.stored.inputItems(caller, id, request));
  }
}
