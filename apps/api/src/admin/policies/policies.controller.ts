import { HttpCode, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ProjectStore } from '@reqrun/projects';
import type { FastifyReply } from 'fastify';

import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { whenGone } from '../../http/when-gone.js';
import { SimulationBody, SimulationDto } from '../../policy/simulation.dto.js';
import { Simulations } from '../../policy/simulations.js';
import { Access, AdminController } from '../access/access.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';

/** Simulations of policies for the users of the dashboard. */
@AdminController('projects/:project_id/policies', 'Policies')
export class AdminPoliciesController {
  /**
   * @param projects the store of projects
   * @param simulations simulates policies
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(Simulations) private readonly simulations: Simulations,
  ) {}

  /** Tells how requests of a project would have ended under another policy. */
  @Post('simulate')
  @Access({ role: 'viewer', scope: 'requests:read' })
  @HttpCode(200)
  @ApiOperation({
    operationId: 'simulateProjectPolicy',
    summary: 'How requests of a project would have ended under another policy',
    description: 'As `POST /v1/policies/simulate`, with the mode `live` by default.',
  })
  @ApiBody({ type: SimulationBody })
  @ApiResponse({ status: 200, type: SimulationDto })
  @ApiBadRequest()
  @NotFound('project')
  async simulate(
    @Res({ passthrough: true }) reply: FastifyReply,
    @UuidParam('project_id') projectId: string,
    @AdminBody(SimulationBody) body: SimulationBody,
  ): Promise<SimulationDto> {
    await findProject(this.projects, projectId);
    return this.simulations.run({ projectId, mode: body.mode ?? 'live' }, body, whenGone(reply));
  }
}
