import { Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { AlertDeliveryStore } from '@reqrun/alerts';
import { ProjectStore } from '@reqrun/projects';

import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { Access, AdminController } from '../access/access.js';
import { pageOf, UuidPageQuery } from '../input/fields.js';
import { AdminQuery, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { AlertListDto, toAlertDto } from './alerts.dto.js';

/** Alerts of a project: those that go on, and those that are over. */
@AdminController('projects/:project_id/alerts', 'Alerts')
export class AlertsController {
  /**
   * @param projects the store of projects
   * @param deliveries the store of alerts and their notifications
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AlertDeliveryStore) private readonly deliveries: AlertDeliveryStore,
  ) {}

  /** Returns the alerts of a project with their notifications, newest first. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({
    operationId: 'listAlerts',
    summary: 'Alerts with their notifications, newest first',
    description: 'Alerts are kept for 90 days after they are over.',
  })
  @ApiQuery({ type: UuidPageQuery })
  @ApiResponse({ status: 200, type: AlertListDto })
  @ApiBadRequest()
  @NotFound('project')
  async list(
    @UuidParam('project_id') projectId: string,
    @AdminQuery(UuidPageQuery) { limit, after }: UuidPageQuery,
  ): Promise<AlertListDto> {
    await findProject(this.projects, projectId);
    const alerts = await this.deliveries.listAlerts(projectId, limit + 1, after ?? null);
    return pageOf(alerts.map(toAlertDto), limit);
  }
}
