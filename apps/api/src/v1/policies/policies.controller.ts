import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { readJsonBody } from '../../http/json-body.js';
import { ApiBadRequest } from '../../http/openapi-responses.js';
import { validate } from '../../http/validate.js';
import { whenGone } from '../../http/when-gone.js';
import { SimulationBody, SimulationDto } from '../../policy/simulation.dto.js';
import { Simulations } from '../../policy/simulations.js';
import { type Caller, CurrentCaller } from '../auth/caller.js';
import { NeedsScope } from '../auth/needs-scope.js';

/** Simulations of policies for applications. */
@ApiTags('Policies')
@ApiBearerAuth()
@Controller('v1/policies')
export class PoliciesController {
  /** @param simulations simulates policies */
  constructor(@Inject(Simulations) private readonly simulations: Simulations) {}

  /** Tells how requests of the past would have ended under another policy. */
  @Post('simulate')
  @NeedsScope('requests:read')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'simulatePolicy',
    summary: 'How requests of the past would have ended under another policy',
    description:
      'Replays the attempts of the newest 20,000 requests of a range, from their metadata alone. Where the other policy would make a call that nobody has made, its end is unknown, and is counted as that.',
  })
  @ApiBody({ type: SimulationBody })
  @ApiResponse({ status: 200, type: SimulationDto })
  @ApiBadRequest()
  async simulate(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentCaller() { projectId, mode }: Caller,
  ): Promise<SimulationDto> {
    const body = validate(SimulationBody, readJsonBody(request.body));
    if ((body.mode ?? mode) !== mode) {
      throw new ApiError('invalid_value', {
        param: 'mode',
        message: 'mode must be that of the API key, or left out.',
      });
    }
    return this.simulations.run({ projectId, mode }, body, whenGone(reply));
  }
}
