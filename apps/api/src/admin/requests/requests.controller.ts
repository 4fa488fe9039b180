import { Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { requestIdFromUuid, uuidFromRequestId } from '@reqrun/contracts';
import type { AuditValue } from '@reqrun/users';
import { ProjectStore } from '@reqrun/projects';
import { type AdminRecord, AdminRequestReader } from '@reqrun/requests';

import { ApiError } from '../../http/api-error.js';
import { NotFound, REQUEST_ID_PARAMETER } from '../../http/openapi-responses.js';
import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { type AdminCaller, CurrentPerson } from '../access/admin-caller.js';
import { AuditedTransaction } from '../audited-transaction.js';
import { AdminBody, UuidParam } from '../input/input.js';
import { findProject } from '../projects/find-project.js';
import { agreesToProvider, ProviderAgreement, providerChanged } from './provider-agreement.js';
import { RequestCommands } from '../../requests/request-commands.js';
import { AdminRequestQuery, readRequestQuery } from './request-query.dto.js';
import { AdminAttemptListDto, AdminRequestDto, AdminRequestListDto } from './request.dto.js';

const ID = { ...REQUEST_ID_PARAMETER, name: 'request_id' };

/** A project's requests, without their contents. */
@AdminController('projects/:project_id/requests', 'Requests of a project')
export class AdminRequestsController {
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

  /** Returns a page of records, newest first. */
  @Get()
  @Access({ role: 'viewer', scope: 'requests:read' })
  @ApiOperation({ operationId: 'adminListRequests', summary: 'A page of records, newest first' })
  @ApiQuery({ type: AdminRequestQuery })
  @ApiQuery({
    name: 'metadata.{key}',
    required: false,
    type: String,
    description: 'A pair of metadata that has to be there; may be given for several keys.',
  })
  @ApiResponse({ status: 200, type: AdminRequestListDto })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The filter is named in `param`.' })
  @NotFound('project or request')
  async list(
    @UuidParam('project_id') projectId: string,
    @Query() query: Record<string, unknown>,
  ): Promise<AdminRequestListDto> {
    const { filter, page } = readRequestQuery(query);
    await findProject(this.projects, projectId);
    return this.reader.list(projectId, filter, page);
  }

  /** Returns a record. */
  @Get(':request_id')
  @Access({ role: 'viewer', scope: 'requests:read' })
  @ApiOperation({ operationId: 'adminGetRequest', summary: 'One record' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, type: AdminRequestDto })
  @NotFound('project or request')
  async get(
    @UuidParam('project_id') projectId: string,
    @Param('request_id') id: string,
  ): Promise<AdminRequestDto> {
    await findProject(this.projects, projectId);
    return this.read(projectId, uuidOf(id));
  }

  /** Returns all attempts with their decisions, oldest first. */
  @Get(':request_id/attempts')
  @Access({ role: 'viewer', scope: 'requests:read' })
  @ApiOperation({
    operationId: 'adminListAttempts',
    summary: 'Every attempt, oldest first, and why it was followed by what',
  })
  @ApiParam(ID)
  @ApiResponse({ status: 200, type: AdminAttemptListDto })
  @NotFound('project or request')
  async attempts(
    @UuidParam('project_id') projectId: string,
    @Param('request_id') id: string,
  ): Promise<AdminAttemptListDto> {
    await findProject(this.projects, projectId);
    const data = await this.reader.attempts(projectId, uuidOf(id));
    if (data === null) {
      throw notFound();
    }
    return { object: 'list', data };
  }

  /** Cancels a request that has not ended; does not change one that has. */
  @Post(':request_id/cancel')
  @HttpCode(200)
  @Access({ role: 'member', scope: 'requests:write' })
  @ApiOperation({ operationId: 'adminCancelRequest', summary: 'End a request that has not ended' })
  @ApiParam(ID)
  @ApiResponse({ status: 200, type: AdminRequestDto })
  @NotFound('project or request')
  async cancel(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @Param('request_id') id: string,
  ): Promise<AdminRequestDto> {
    await findProject(this.projects, projectId);
    const uuid = uuidOf(id);
    const { mode } = await this.read(projectId, uuid);
    if (await this.commands.cancel({ projectId, mode }, uuid)) {
      await this.note(caller, 'canceled', projectId, uuid);
    }
    return this.read(projectId, uuid);
  }

  /** Retries a failed or canceled request: a new round of attempts with the same id. */
  @Post(':request_id/retry')
  @HttpCode(200)
  @Access({ role: 'member', scope: 'requests:write' })
  @ApiOperation({
    operationId: 'adminRetryRequest',
    summary: 'Run a failed or canceled request again',
    description:
      'A live request that was accepted before the project’s provider changed to another server needs `accept_provider_change`.',
  })
  @ApiParam(ID)
  @ApiBody({ type: ProviderAgreement, required: false })
  @ApiResponse({ status: 200, type: AdminRequestDto })
  @NotFound('project or request')
  @ApiResponse({
    status: 409,
    type: ErrorBodyDto,
    description: 'Neither failed nor canceled, or `provider_changed`.',
  })
  @ApiResponse({ status: 410, type: ErrorBodyDto, description: 'Retention deleted the body.' })
  async retry(
    @CurrentPerson() caller: AdminCaller,
    @UuidParam('project_id') projectId: string,
    @Param('request_id') id: string,
    @AdminBody(ProviderAgreement) body: ProviderAgreement,
  ): Promise<AdminRequestDto> {
    const agreed = agreesToProvider(caller, body);
    await findProject(this.projects, projectId);
    const uuid = uuidOf(id);
    const { mode } = await this.read(projectId, uuid);
    const outcome = await this.commands.retryForUsers({ projectId, mode }, uuid, agreed);
    if (outcome === 'opened') {
      const details = agreed ? { accept_provider_change: true } : {};
      await this.note(caller, 'retried', projectId, uuid, details);
      return this.read(projectId, uuid);
    }
    if (outcome === 'provider_changed') {
      throw providerChanged();
    }
    const { status, content_deleted_at } = await this.read(projectId, uuid);
    const ended = status === 'failed' || status === 'canceled';
    throw new ApiError(ended && content_deleted_at !== null ? 'result_expired' : 'not_retryable');
  }

  /** Reads a record. One that is past its deadline is ended first. */
  private async read(projectId: string, id: string): Promise<AdminRecord> {
    let found = await this.reader.get(projectId, id);
    if (found?.overdue === true) {
      await this.commands.expire([id]);
      found = await this.reader.get(projectId, id);
    }
    if (found === null) {
      throw notFound();
    }
    return found.record;
  }

  private async note(
    caller: AdminCaller,
    what: string,
    projectId: string,
    uuid: string,
    details: Readonly<Record<string, AuditValue>> = {},
  ): Promise<void> {
    await this.changes.note(caller, {
      action: `request.${what}`,
      target: { kind: 'request', id: requestIdFromUuid(uuid) },
      projectId,
      details,
    });
  }
}

function uuidOf(id: string): string {
  const uuid = uuidFromRequestId(id);
  if (uuid === null) {
    throw notFound();
  }
  return uuid;
}

/** Returns the error for a record that does not exist, or belongs to another project. */
const notFound = (): ApiError => new ApiError('request_not_found', { param: 'request_id' });
