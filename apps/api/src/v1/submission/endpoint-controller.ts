import { Controller, Get, Inject, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Endpoint } from '@reqrun/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';

import {
  AnswersWithOutcome,
  NotFound,
  REQUEST_ID_PARAMETER,
  SubmitsBody,
} from '../../http/openapi-responses.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';
import { EndpointCalls } from './endpoint-calls.js';

/** Description of an endpoint in the OpenAPI document. */
export interface EndpointDescription {
  /** Heading of its operations. */
  tag: string;
  /** Name of one answer, e.g. `chat completion`. */
  noun: string;
  createId: string;
  createSummary: string;
  createDescription: string;
  retrieveId: string;
  retrieveSummary: string;
  /** Class of the body. */
  body: Type<object>;
}

/**
 * Creates the controller of an endpoint: `POST` accepts a request, `GET …/{id}` answers for one.
 *
 * @param endpoint row of the table of endpoints
 * @param description texts of the OpenAPI document
 */
export function endpointController(
  endpoint: Endpoint,
  description: EndpointDescription,
): Type<object> {
  @ApiTags(description.tag)
  @ApiBearerAuth()
  @Controller(`v1${endpoint.path}`)
  class EndpointController {
    constructor(@Inject(EndpointCalls) private readonly calls: EndpointCalls) {}

    @Post()
    @NeedsScope('requests:write')
    @ApiOperation({
      operationId: description.createId,
      summary: description.createSummary,
      description: description.createDescription,
    })
    @SubmitsBody(description.body, endpoint.form === undefined ? 'json' : 'form')
    create(
      @Req() request: FastifyRequest,
      @Res() reply: FastifyReply,
      @CurrentCaller() caller: Caller,
    ): Promise<void> {
      return this.calls.create(endpoint, { request, reply, caller });
    }

    @Get(':id')
    @NeedsScope('requests:read')
    @ApiOperation({
      operationId: description.retrieveId,
      summary: description.retrieveSummary,
    })
    @ApiParam(REQUEST_ID_PARAMETER)
    @AnswersWithOutcome(false)
    @NotFound(description.noun)
    retrieve(
      @Res() reply: FastifyReply,
      @CurrentCaller() caller: Caller,
      @Param('id') id: string,
    ): Promise<void> {
      return this.calls.retrieve(endpoint, id, { reply, caller });
    }
  }
  return EndpointController;
}
