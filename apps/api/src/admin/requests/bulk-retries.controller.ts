import { Get, HttpStatus, Inject, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ProjectStore } from '@reqrun/projects';
import { BulkRetries } from '@reqrun/requests';
import type { FastifyReply } from 'fastify';

import { ApiError } from '../../http/api-error.js';
import { NotFound, ApiBadRequest } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import {
  BulkRetryCountDto,
  BulkRetryDto,
  NewBulkRetry,
  toBulkRetryDto,
  toBulkFilter,
} from './bulk-retry.dto.js';
import { agreesToProvider, providerChanged } from './provider-agreement.js';

/** Retries of many failed requests. */
@AdminController('projects/:project_id', 'Requests of a project')
export class BulkRetriesController {
  /**
   * @param projects the store of projects
   * @param bulk orders bulk retries
   * @param changes makes changes with their audit entries
   */
  constructor(
    @Inject(ProjectStore) private readonly projects: ProjectStore,
    @Inject(BulkRetries) private readonly bulk: BulkRetries,
    @Inject(AuditedTransaction) private readonly changes: AuditedTransaction,
  ) {}

  /** Counts failed requests by a filter, or orders their retry. */
  @Post('requests/bulk-retry')
  @Access({ role: 'member', scope: 'requests:write' })
  @ApiOperation({
    operationId: 'bulkRetry',
    summary: 'Run many failed requests again, or count them',
    description:
      'A worker runs them again in the background, each once at most, and only those that have failed by now.',
  })
  @ApiBody({ type: NewBulkRetry })
  @ApiResponse({ status: 200, type: BulkRetryCountDto, description: 'A dry run: the count.' })
  @ApiResponse({ status: 202, type: BulkRetryDto, description: 'It is ordered.' })
  @ApiBadRequest()
  @NotFound('project or bulk retry')
  @ApiResponse({ status: 409, type: ErrorBodyDto, description: '`provider_changed`.' })
  async order(
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @AdminBody(NewBulkRetry) body: NewBulkRetry,
  ): Promise<BulkRetryCountDto | BulkRetryDto> {
    const filter = toBulkFilter(body.filter);
    const agreed = agreesToProvider(caller, body);
    await findProject(this.projects, projectId);
    const { matched, capped } = await this.bulk.count(projectId, filter);
    const elsewhere = await this.bulk.goElsewhere(projectId, filter);
    if (body.dry_run) {
      void reply.status(HttpStatus.OK);
      return { dry_run: true, matched, capped, provider_changed: elsewhere };
    }
    if (elsewhere && !agreed) {
      throw providerChanged();
    }
    void reply.status(HttpStatus.ACCEPTED);
    return this.changes.make(caller, async (on) => {
      await findProject(this.projects.within(on), projectId);
      const ordered = await this.bulk.within(on).order(projectId, filter, matched, agreed);
      return {
        value: toBulkRetryDto(ordered),
        action: {
          action: 'requests.bulk_retried',
          target: { kind: 'bulk_retry', id: ordered.id },
          projectId,
          details: {
            matched,
            filter: Object.keys(filter),
            ...(agreed ? { accept_provider_change: true } : {}),
          },
        },
      };
    });
  }

  /** Returns a bulk retry with its progress. */
  @Get('bulk-retries/:bulk_retry_id')
  @Access({ role: 'viewer', scope: 'requests:read' })
  @ApiOperation({ operationId: 'getBulkRetry', summary: 'How far a bulk retry is' })
  @ApiResponse({ status: 200, type: BulkRetryDto })
  @NotFound('project or bulk retry')
  async get(
    @UuidParam('project_id') projectId: string,
    @UuidParam('bulk_retry_id') id: string,
  ): Promise<BulkRetryDto> {
    await findProject(this.projects, projectId);
    const found = await this.bulk.find(projectId, id);
    if (found === null) {
      throw new ApiError('not_found', { param: 'bulk_retry_id' });
    }
    return toBulkRetryDto(found);
  }
}
