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
import {
  ApiBearerAuth,
  ApiBody,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { RESPONSES } from '@reqrun/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import {
  AnswersWithOutcome,
  ApiBadRequest,
  ApiRequestHeaders,
  NotFound,
  PROVIDERS_JSON,
} from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { sendPassedOn } from '../pass-through.js';
import { RequestControl } from '../requests/request-control.js';
import { EndpointCalls } from '../submission/endpoint-calls.js';
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
   */
  constructor(
    @Inject(EndpointCalls) private readonly calls: EndpointCalls,
    @Inject(ResponsesVariant) private readonly variant: ResponsesVariant,
    @Inject(StoredResponses) private readonly stored: StoredResponses,
    @Inject(RequestControl) private readonly control: RequestControl,
  ) {}

  /** Accepts a response durably, then answers as the caller wishes. */
  @Post()
  @NeedsScope('requests:write')
  @ApiOperation({
    operationId: 'createResponse',
    summary: 'Accept a response durably, then run it',
    description:
      'OpenAI’s whole body passes through to the provider untouched, less the fields that are ours. ' +
      'With `background: true` the answer is a response object under our id, at once. `stream: true` is refused for now.',
  })
  @ApiRequestHeaders()
  @ApiBody({ type: ResponseBody })
  @AnswersWithOutcome(true)
  @ApiBadRequest()
  @ApiResponse({ status: 413, type: ErrorBodyDto, description: 'The body is too large.' })
  @ApiResponse({ status: 415, type: ErrorBodyDto, description: 'Not plain application/json.' })
  @ApiResponse({
    status: 422,
    type: ErrorBodyDto,
    description: 'The idempotency key was used with another body.',
  })
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
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    if (query['stream'] === 'true') {
      throw new ApiError('unsupported_parameter', {
        param: 'stream',
        message: 'stream is not supported yet.',
      });
    }
    const { outcome, found } = await this.stored.read(caller, id);
    await sendResponseState(reply, outcome, found.askedById);
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
    const { outcome, found } = await this.stored.read(caller, id);
    outcome.answer?.hold?.done();
    const canceled = await this.control.cancel(caller, found.uuid);
    await sendResponseState(reply, canceled, found.askedById);
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
