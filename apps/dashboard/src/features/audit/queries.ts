import { infiniteQueryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** An audit entry: one change that a user made. */
export type AuditEntry = Schema<'AuditEntry'>;

/** Filters of the audit log; empty strings do not filter. They are part of the page's URL. */
export interface AuditFilters {
  readonly action: string;
  readonly actor: string;
  readonly project_id: string;
  readonly created_after: string;
  readonly created_before: string;
}

const NAMES = ['action', 'actor', 'project_id', 'created_after', 'created_before'] as const;
const PAGE = 50;

/** Reads the filters from a URL's query. */
export function readAuditFilters(search: URLSearchParams): AuditFilters {
  const text = (name: string): string => search.get(name)?.trim() ?? '';
  return {
    action: text('action'),
    actor: text('actor'),
    project_id: text('project_id'),
    created_after: text('created_after'),
    created_before: text('created_before'),
  };
}

/** Returns filters as query parameters of the URL and of the API. */
export function writeAuditFilters(filters: AuditFilters): URLSearchParams {
  return new URLSearchParams(
    NAMES.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]])),
  );
}

/**
 * Query for the audit log, newest entries first, page by page.
 *
 * @param filters filters of the entries
 */
export const auditQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['audit', writeAuditFilters(filters).toString()],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        ...Object.fromEntries(writeAuditFilters(filters)),
        ...(pageParam !== '' && { after: pageParam }),
      };
      return take(api.GET('/admin/audit', { params: { query }, signal }));
    },
    initialPageParam: '',
    getNextPageParam: (page: Schema<'AuditEntryList'>) =>
      page.has_more ? (page.last_id ?? undefined) : undefined,
    staleTime: 0,
  });
