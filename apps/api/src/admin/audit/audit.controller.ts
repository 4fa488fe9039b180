import { Readable } from 'node:stream';

import { Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { AuditReader } from '@reqrun/users';
import type { FastifyReply } from 'fastify';

import { ErrorBodyDto } from '../../http/openapi-schemas.js';
import { Access, AdminController } from '../access/access.js';
import { pageOf } from '../input/fields.js';
import { AdminQuery } from '../input/input.js';
import {
  AuditEntryListDto,
  AuditExportQuery,
  AuditListQuery,
  AuditVerificationDto,
} from './audit.dto.js';
import { asCsv, asNdjson } from './export.js';
import { toAuditEntryDto, toAuditFilter } from './to-audit-entry-dto.js';

const FORMATS = {
  ndjson: { type: 'application/x-ndjson; charset=utf-8', lines: asNdjson },
  csv: { type: 'text/csv; charset=utf-8', lines: asCsv },
};

/** The audit log. */
@AdminController('audit', 'Audit')
export class AuditController {
  /** @param reader reads and checks the log */
  constructor(@Inject(AuditReader) private readonly reader: AuditReader) {}

  /** Returns a page of entries, newest first. */
  @Get()
  @Access({ role: 'viewer', scope: 'audit:read' })
  @ApiOperation({ operationId: 'listAuditEntries', summary: 'Who changed what, newest first' })
  @ApiQuery({ type: AuditListQuery })
  @ApiResponse({ status: 200, type: AuditEntryListDto })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The filter is named in `param`.' })
  async list(@AdminQuery(AuditListQuery) query: AuditListQuery): Promise<AuditEntryListDto> {
    const after = query.after === undefined ? null : BigInt(query.after);
    const entries = await this.reader.list(toAuditFilter(query), { limit: query.limit + 1, after });
    return pageOf(entries.map(toAuditEntryDto), query.limit);
  }

  /** Streams all entries, oldest first. A connection that breaks shows that entries are missing. */
  @Get('export')
  @Access({ role: 'viewer', scope: 'audit:read' })
  @ApiOperation({ operationId: 'exportAuditLog', summary: 'The whole log, oldest first' })
  @ApiQuery({ type: AuditExportQuery })
  @ApiResponse({
    status: 200,
    description: 'One entry per line.',
    content: {
      'application/x-ndjson': { schema: { type: 'string' } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  @ApiResponse({ status: 400, type: ErrorBodyDto, description: 'The filter is named in `param`.' })
  async export(
    @Res() reply: FastifyReply,
    @AdminQuery(AuditExportQuery) query: AuditExportQuery,
  ): Promise<void> {
    const { type, lines } = FORMATS[query.format];
    const stream = Readable.from(lines(this.reader.all(toAuditFilter(query))));
    await reply
      .header('content-type', type)
      .header('content-disposition', `attachment; filename="audit-log.${query.format}"`)
      .send(stream);
  }

  /** Computes every hash of the chain again. */
  @Get('verify')
  @Access({ role: 'viewer', scope: 'audit:read' })
  @ApiOperation({ operationId: 'verifyAuditLog', summary: 'Whether nothing in it was changed' })
  @ApiResponse({ status: 200, type: AuditVerificationDto })
  async verify(): Promise<AuditVerificationDto> {
    const { ok, checked, brokenAt } = await this.reader.verify();
    return { ok, checked, broken_at: brokenAt?.toString() ?? null };
  }
}
