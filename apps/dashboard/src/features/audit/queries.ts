import { infiniteQueryOptions } from '@tanstack/react-query';

import { api, type Schema, take } from '../../api/client';

/** One change that somebody made. */
export type AuditEntry = Schema<'AuditEntry'>;

/** What the log is narrowed down to; empty for all. It stands in the address. */
export interface AuditFilters {
  readonly action: string;
  readonly actor: string;
  readonly project_id: string;
  readonly created_after: string;
  readonly created_before: string;
}

const NAMES = ['action', 'actor', 'project_id', 'created_after', 'created_before'] as const;
const PAGE = 50;

/** Reads the filters of an address. */
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

/** Writes filters as an address and the API take them. */
export function writeAuditFilters(filters: AuditFilters): URLSearchParams {
  return new URLSearchParams(
    NAMES.flatMap((name) => (filters[name] === '' ? [] : [[name, filters[name]]])),
  );
}

/**
 * The log, newest first, page by page.
 *
 * @param filters which entries
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
