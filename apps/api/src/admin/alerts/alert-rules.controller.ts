import { randomUUID } from 'node:crypto';

import { Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { type AlertRule, AlertRuleStore } from '@reqrun/alerts';
import { MAX_ALERT_RULES } from '@reqrun/contracts';
import { ProjectStore } from '@reqrun/projects';
import type { AuditValue } from '@reqrun/users';

import { ApiError } from '../../http/api-error.js';
import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, type AuditedAction, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { AlertChannels } from './alert-channels.js';
import { fieldsOf } from './alert-rule-input.js';
import {
  AlertRuleChanges,
  AlertRuleListDto,
  AlertRuleWithSecretDto,
  NewAlertRuleInput,
  toAlertRuleDto,
} from './alert-rules.dto.js';
import { findAlertRule } from './find-alert-rule.js';

/** The alert rules of a project. */
@AdminController('projects/:project_id/alert-rules', 'Alerts')
export class AlertRulesController {
  /**
   * @param projects the store of projects
   * @param rules the store of rules
   * @param channels checks receivers
   * @param changes makes changes with their audit entries
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AlertRuleStore) private readonly rules: AlertRuleStore,
    @Inject(AlertChannels) private readonly channels: AlertChannels,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
  ) {}

  /** Returns the rules of a project with their present state. */
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  @ApiOperation({
    operationId: 'listAlertRules',
    summary: 'A project’s alert rules, and which of them fire',
  })
  @ApiResponse({ status: 200, type: AlertRuleListDto })
  @NotFound('project')
  async list(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
  ): Promise<AlertRuleListDto> {
    await findProject(this.projects, projectId);
    const rules = await this.rules.list(projectId);
    return {
      object: 'list',
      data: rules.map((rule) => toAlertRuleDto(rule, showsUrlTo(caller))),
      email_available: this.channels.hasMail,
    };
  }

  /** Adds a rule. */
  @Post()
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'createAlertRule',
    summary: 'Add an alert rule',
    description: 'With a webhook, the answer has its signing secret, which is shown once.',
  })
  @ApiBody({ type: NewAlertRuleInput })
  @ApiResponse({ status: 201, type: AlertRuleWithSecretDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'There are 50 rules.' })
  @ApiBadRequest()
  @NotFound('project')
  async create(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NewAlertRuleInput) body: NewAlertRuleInput,
  ): Promise<AlertRuleWithSecretDto> {
    await findProject(this.projects, projectId);
    const fields = fieldsOf(body.kind, body, null, this.channels);
    const id = randomUUID();
    const made = fields.webhookUrl === null ? null : await this.channels.newSecret(projectId, id);
    return this.changes.make(caller, async (on) => {
      await findProject(this.projects.within(on), projectId);
      const store = this.rules.within(on);
      if (!(await store.add(projectId, { ...fields, id, secret: made?.sealed ?? null }))) {
        throw new ApiError('limit_reached', {
          message: `A project has at most ${MAX_ALERT_RULES} alert rules. Remove one first.`,
        });
      }
      const rule = await findAlertRule(store, projectId, id);
      return {
        value: withSecret(rule, made?.secret ?? null),
        action: auditedAction(rule, 'created', detailsOf(rule)),
      };
    });
  }

  /** Changes a rule. */
  @Patch(':rule_id')
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'updateAlertRule',
    summary: 'Change an alert rule',
    description:
      'Left-out fields stay. The alert of a rule that is switched off ends, and nobody is told. With a first webhook, or one on another server, the answer has a new signing secret.',
  })
  @ApiBody({ type: AlertRuleChanges })
  @ApiResponse({ status: 200, type: AlertRuleWithSecretDto })
  @ApiBadRequest()
  @NotFound('project or alert rule')
  async update(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('rule_id') id: string,
    @AdminBody(AlertRuleChanges) body: AlertRuleChanges,
  ): Promise<AlertRuleWithSecretDto> {
    await findProject(this.projects, projectId);
    const before = await findAlertRule(this.rules, projectId, id);
    const fields = fieldsOf(before.kind, body, before, this.channels);
    const { webhookUrl: url } = fields;
    // Another server gets a secret of its own.
    const isSame = url !== null && originOf(url) === originOf(before.webhookUrl);
    const made = url === null || isSame ? null : await this.channels.newSecret(projectId, id);
    return this.changes.make(caller, async (on) => {
      const store = this.rules.within(on);
      await findAlertRule(store, projectId, id);
      await store.change(projectId, id, fields, made?.sealed ?? null);
      const rule = await findAlertRule(store, projectId, id);
      return {
        value: withSecret(rule, made?.secret ?? null),
        action: auditedAction(rule, 'changed', detailsOf(rule)),
      };
    });
  }

  /** Removes a rule. */
  @Delete(':rule_id')
  @HttpCode(204)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'deleteAlertRule',
    summary: 'Remove an alert rule with its alerts',
    description: 'Notifications that are not delivered yet are dropped.',
  })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  @NotFound('project or alert rule')
  async remove(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('rule_id') id: string,
  ): Promise<void> {
    await findProject(this.projects, projectId);
    await this.changes.make(caller, async (on) => {
      const store = this.rules.within(on);
      const rule = await findAlertRule(store, projectId, id);
      await store.remove(projectId, id);
      return { value: undefined, action: auditedAction(rule, 'removed') };
    });
  }

  /** Makes another signing secret. */
  @Post(':rule_id/rotate-secret')
  @HttpCode(200)
  @Access({ role: 'owner', scope: 'projects:write' })
  @ApiOperation({
    operationId: 'rotateAlertSecret',
    summary: 'Make another signing secret for the webhook of a rule; it is shown once',
    description: 'For a day, notifications are signed with both secrets.',
  })
  @ApiResponse({ status: 200, type: AlertRuleWithSecretDto })
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: 'It has no webhook.' })
  @NotFound('project or alert rule')
  async rotate(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @UuidParam('rule_id') id: string,
  ): Promise<AlertRuleWithSecretDto> {
    await findProject(this.projects, projectId);
    await findAlertRule(this.rules, projectId, id);
    const { secret, sealed } = await this.channels.newSecret(projectId, id);
    return this.changes.make(caller, async (on) => {
      const store = this.rules.within(on);
      if (!(await store.rotate(projectId, id, sealed))) {
        throw new ApiError('not_changeable', { message: 'The rule has no webhook.' });
      }
      const rule = await findAlertRule(store, projectId, id);
      return { value: withSecret(rule, secret), action: auditedAction(rule, 'secret_rotated') };
    });
  }
}

const showsUrlTo = (caller: AdminCaller): boolean => caller.role === 'owner';

const originOf = (url: string | null): string | null => (url === null ? null : new URL(url).origin);

/** Only owners make changes, so it has the whole address of the webhook. */
const withSecret = (rule: AlertRule, secret: string | null): AlertRuleWithSecretDto =>
  Object.assign(toAlertRuleDto(rule, true), { signing_secret: secret });

const detailsOf = (rule: AlertRule): Readonly<Record<string, AuditValue>> => ({
  kind: rule.kind,
  mode: rule.mode,
  threshold: rule.threshold,
  window_minutes: rule.windowMinutes,
  min_requests: rule.minRequests,
  remind_minutes: rule.remindMinutes,
  enabled: rule.enabled,
  recipients: [...rule.recipients],
  webhook_origin: originOf(rule.webhookUrl),
});

function auditedAction(
  { id, name, projectId }: AlertRule,
  what: string,
  details: Readonly<Record<string, AuditValue>> = {},
): AuditedAction {
  return {
    action: `alert_rule.${what}`,
    target: { kind: 'alert_rule', id, name },
    projectId,
    details,
  };
}
