import type { AuditEntry, AuditFilter } from '@reqrun/users';

import type { AuditEntryDto, AuditFilterQuery } from './audit.dto.js';

/**
 * Converts an entry to its form in the admin API.
 *
 * @param entry the entry
 */
export function toAuditEntryDto(entry: AuditEntry): AuditEntryDto {
  return {
    id: entry.id.toString(),
    at: entry.at.toISOString(),
    actor: entry.actor,
    action: entry.action,
    target: entry.target,
    project_id: entry.projectId,
    address: entry.address,
    user_agent: entry.userAgent,
    details: { ...entry.details },
    hash: entry.hash.toString('hex'),
  };
}

/**
 * Converts a validated query to the filter of the reader.
 *
 * @param query the query
 */
export function toAuditFilter(query: AuditFilterQuery): AuditFilter {
  return {
    ...(query.actor === undefined ? {} : { actor: query.actor }),
    ...(query.action === undefined ? {} : { action: query.action }),
    ...(query.project_id === undefined ? {} : { projectId: query.project_id }),
    ...(query.created_after === undefined ? {} : { createdAfter: query.created_after }),
    ...(query.created_before === undefined ? {} : { createdBefore: query.created_before }),
  };
}
