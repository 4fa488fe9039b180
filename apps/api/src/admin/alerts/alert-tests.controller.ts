import { Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { AlertDeliveryStore, AlertRuleStore, composeMessage } from '@reqrun/alerts';
import { ProjectStore } from '@reqrun/projects';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { PageQuery } from '../input/fields.js';
import { AdminQuery, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { AlertChannels } from './alert-channels.js';
import { AlertTestDto } from './alert-rules.dto.js';
import { AlertTestLimit } from './alert-test-limit.js';
import { AlertDeliveryListDto, toAlertDeliveryDto } from './alerts.dto.js';
import { findAlertRule } from './find-alert-rule.js';

/** Tests of alert rules, and the notifications that were sent. */
@AdminController('projects/:project_id/alert-rules', 'Alerts')
export class AlertTestsController {
  /**
   * @param projects the store of projects
   * @param rules the store of rules
   * @param deliveries the store of notifications
   * @param channels has the address of the dashboard
   * @param changes makes changes with their audit entries
   * @param tests limits the rate of a user's tests
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AlertRuleStore) private readonly rules: AlertRuleStore,
    @Inject(AlertDeliveryStore) private readonly deliveries: AlertDeliveryStore,
    @Inject(AlertChannels) private readonly channels: AlertChannels,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
    @Inject(AlertTestLimit) private readonly tests: AlertTestLimit,
  ) {}

  /** Orders a test notification to all receivers of a rule. */
  @Post(':rule_id/test')
  @HttpCode(202)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'testAlertRule',
    summary: 'Send a test notification to all receivers of a rule',
    description: 'A worker sends it. The list of deliveries shows how that went.',
  })
  @ApiResponse({ status: 202, type: AlertTestDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It has no receivers.' })
  @ApiResponse({ status: 429, type: ErrorBodyDto, description: 'Ten a minute are let through.' })
  @NotFound('project or alert rule')
  async test(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('rule_id') id: string,
  ): Promise<AlertTestDto> {
    const project = await findProject(this.projects, projectId);
    const rule = await findAlertRule(this.rules, projectId, id);
    const { recipients, webhookUrl } = rule;
    if (recipients.length === 0 && webhookUrl === null) {
      throw new ApiError('not_changeable', {
        message: 'The rule has no receivers. Add an e-mail address or a webhook first.',
      });
    }
    await this.tests.admit(caller.user.id);
    return this.changes.make(caller, async (on) => {
      const message = composeMessage({
        ...{ event: 'alert.test', rule, alert: null, now: new Date() },
        project: { id: project.id, name: project.name },
        dashboardUrl: this.channels.dashboardUrl,
      });
      const store = this.deliveries.within(on);
      const count = await store.add(message, { recipients, hasWebhook: webhookUrl !== null });
      return {
        value: { deliveries: count },
        action: {
          action: 'alert_rule.tested',
          target: { kind: 'alert_rule', id, name: rule.name },
          projectId,
          details: { deliveries: count },
        },
      };
    });
  }

  /** Returns the latest notifications of a rule. */
  @Get(':rule_id/deliveries')
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({
    operationId: 'listAlertDeliveries',
    summary: 'The latest notifications of a rule, tests among them, newest first',
  })
  @ApiQuery({ type: PageQuery })
  @ApiResponse({ status: 200, type: AlertDeliveryListDto })
  @ApiBadRequest()
  @NotFound('project or alert rule')
  async list(
    @UuidParam('project_id') projectId: string,
    @UuidParam('rule_id') id: string,
    @AdminQuery(PageQuery) { limit }: PageQuery,
  ): Promise<AlertDeliveryListDto> {
    await findProject(this.projects, projectId);
    await findAlertRule(this.rules, projectId, id);
    const deliveries = await this.deliveries.list(id, limit);
    return { object: 'list', data: deliveries.map(toAlertDeliveryDto) };
  }
}
