import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { ProjectStore } from '@reqrun/projects';
import { MAX_METRICS_RANGE_MS, MetricsReader } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { Access, AdminController } from '../access/access.js';
import { AdminQuery, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { MetricsDto, MetricsQuery } from './metrics.dto.js';

const DAY_MS = 86_400_000;

/** A project's metrics. */
@AdminController('projects/:project_id/metrics', 'Metrics')
export class ProjectMetricsController {
  /**
   * @param projects the store of projects
   * @param reader reads metrics
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(MetricsReader) private readonly reader: MetricsReader,
  ) {}

  /** Returns metrics of the requests that were accepted within a time range. */
  @Get()
  @Access({ role: 'viewer', scope: 'metrics:read' })
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Figures about the requests accepted within a range of time',
    description:
      'Every request counts in the step in which it was accepted, however late it ends; the figures follow within seconds, those of requests that stay open for hours within minutes. The range is widened to whole steps.',
  })
  @ApiQuery({ type: MetricsQuery })
  @ApiResponse({ status: 200, type: MetricsDto })
  @ApiBadRequest()
  @NotFound('project')
  async get(
    @UuidParam('project_id') projectId: string,
    @AdminQuery(MetricsQuery) { from, to, mode }: MetricsQuery,
  ): Promise<MetricsDto> {
    const end = to ?? new Date();
    const begin = from ?? new Date(end.getTime() - DAY_MS);
    const range = end.getTime() - begin.getTime();
    if (range <= 0 || range > MAX_METRICS_RANGE_MS) {
      throw new ApiError('invalid_value', {
        param: 'from',
        message: 'from must be before to, and at most 400 days.',
      });
    }
    await findProject(this.projects, projectId);
    return this.reader.read({
      projectId,
      from: begin,
      to: end,
      ...(mode === undefined ? {} : { mode }),
    });
  }
}
