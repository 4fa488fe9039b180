import { HttpCode, Inject, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { uuidFromRequestId } from '@reqrun/contracts';
import { type Project, ProjectStore } from '@reqrun/projects';
import { type AdminRecord, AdminRequestReader } from '@reqrun/requests';
import type { AuditValue } from '@reqrun/users';

import { ApiBadRequest, NotFound } from '../../http/openapi-responses.js';
import { RequestCommands } from '../../requests/request-commands.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { agreesToProvider } from './provider-agreement.js';
import {
  type CancelOutcome,
  CancelOutcomeListDto,
  RetryOutcomeListDto,
  SelectedRequests,
  SelectedRetries,
  type SelectedRetryOutcome,
} from './selected-requests.dto.js';

/** A selected request: its record, and its id in the database. */
interface Selected {
  readonly id: string;
  readonly uuid: string;
  readonly record: AdminRecord | undefined;
}

/**
 * Cancellation and retry of requests that a user has selected by hand. Each is a change of its own, so one that can't
 * be changed keeps no other from it.
 */
@AdminController('projects/:project_id/requests', 'Requests of a project')
export class SelectedRequestsController {
  /**
   * @param projects the store of projects
   * @param reader reads records
   * @param commands cancels and retries requests
   * @param changes writes audit entries
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(AdminRequestReader) private readonly reader: AdminRequestReader,
    @Inject(RequestCommands) private readonly commands: RequestCommands,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
  ) {}

  /** Cancels those of the selected requests that have not ended. */
  @Post('cancel')
  @HttpCode(200)
  @Access({ role: 'member', scope: 'requests:write' })
  @ApiOperation({
    operationId: 'adminCancelRequests',
    summary: 'End those of up to 100 requests that have not ended',
  })
  @ApiBody({ type: SelectedRequests })
  @ApiResponse({ status: 200, type: CancelOutcomeListDto })
  @ApiBadRequest()
  @NotFound('project')
  async cancel(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(SelectedRequests) { ids }: SelectedRequests,
  ): Promise<CancelOutcomeListDto> {
    const project = await findProject(this.projects, projectId);
    const outcomes = await this.change<CancelOutcome>(caller, project, ids, {
      success: 'canceled',
      run: async ({ uuid, record: { mode } }) =>
        (await this.commands.cancel({ projectId, mode }, uuid)) ? 'canceled' : 'already_ended',
    });
    return { object: 'list', data: outcomes };
  }

  /** Retries those of the selected requests that have failed or were canceled. */
  @Post('retry')
  @HttpCode(200)
  @Access({ role: 'member', scope: 'requests:write' })
  @ApiOperation({
    operationId: 'adminRetryRequests',
    summary: 'Run those of up to 100 requests again that have failed or were canceled',
    description: 'For all that match a filter, see `bulk-retry`.',
  })
  @ApiBody({ type: SelectedRetries })
  @ApiResponse({ status: 200, type: RetryOutcomeListDto })
  @ApiBadRequest()
  @NotFound('project')
  async retry(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(SelectedRetries) body: SelectedRetries,
  ): Promise<RetryOutcomeListDto> {
    const agreed = agreesToProvider(caller, body);
    const project = await findProject(this.projects, projectId);
    const outcomes = await this.change<SelectedRetryOutcome>(caller, project, body.ids, {
      success: 'retried',
      details: agreed ? { accept_provider_change: true } : {},
      run: async ({ uuid, record }) => {
        const tenant = { projectId, mode: record.mode };
        const outcome = await this.commands.retryForUsers(tenant, uuid, agreed);
        if (outcome !== 'refused') {
          return outcome === 'opened' ? 'retried' : outcome;
        }
        const ended = record.status === 'failed' || record.status === 'canceled';
        return ended && record.content_deleted_at !== null ? 'result_expired' : 'not_retryable';
      },
    });
    return { object: 'list', data: outcomes };
  }

  /**
   * Changes one request after the other, and notes those that were changed in one audit entry, also when the database
   * fails in between.
   */
  private async change<Outcome extends string>(
    caller: AdminCaller,
    project: Project,
    ids: readonly string[],
    {
      success,
      run,
      details = {},
    }: {
      success: Outcome & ('canceled' | 'retried');
      run: (selected: Selected & { record: AdminRecord }) => Promise<Outcome>;
      details?: Readonly<Record<string, AuditValue>>;
    },
  ): Promise<{ id: string; outcome: Outcome | 'not_found' }[]> {
    const outcomes: { id: string; outcome: Outcome | 'not_found' }[] = [];
    const changed: string[] = [];
    try {
      for (const { id, uuid, record } of await this.read(project.id, ids)) {
        const outcome = record === undefined ? 'not_found' : await run({ id, uuid, record });
        outcomes.push({ id, outcome });
        if (outcome === success) {
          changed.push(id);
        }
      }
    } finally {
      if (changed.length > 0) {
        await this.changes.note(caller, {
          action: `requests.${success}`,
          target: { kind: 'project', id: project.id, name: project.name },
          projectId: project.id,
          details: { count: changed.length, ids: changed, ...details },
        });
      }
    }
    return outcomes;
  }

  /** Reads the records. Those that are past their deadline are ended first, as every read does. */
  private async read(projectId: string, ids: readonly string[]): Promise<Selected[]> {
    const pairs = ids.flatMap((id) => {
      const uuid = uuidFromRequestId(id);
      return uuid === null ? [] : [{ id, uuid }];
    });
    const uuids = pairs.map(({ uuid }) => uuid);
    const page = async () =>
      this.reader.list(projectId, { ids: uuids }, { limit: Math.max(1, uuids.length) });
    const known = new Set((await page()).data.map(({ id }) => id));
    await this.commands.expire(pairs.filter(({ id }) => known.has(id)).map(({ uuid }) => uuid));
    const records = new Map((await page()).data.map((record) => [record.id, record]));
    return pairs.map(({ id, uuid }) => ({ id, uuid, record: records.get(id) }));
  }
}
