import { type ListPage, requestIdFromUuid } from '@reqrun/contracts';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import {
  type AdminFilter,
  AdminList,
  FIND_PROJECT_OF,
  type Cursor,
  type Query,
  READ_ADMIN_ATTEMPTS,
  READ_ADMIN_RECORD,
  READ_PLACE,
} from '../sql/admin-queries.js';
import {
  type AdminAttempt,
  type AdminAttemptRow,
  type AdminRecord,
  type AdminRow,
  toAdminAttempt,
  toAdminRecord,
} from './admin-record.js';

import { toAttempts } from './attempt-row.js';

/** Position and size of a page. */
export interface AdminPage {
  /** UUID after which the page begins, for older records. */
  after?: string;
  /** UUID before which the page ends, for newer records. */
  before?: string;
  limit: number;
}

/** A record, with what must be known to change it. */
export interface FoundAdminRecord {
  record: AdminRecord;
  /** Whether it is past its deadline and has not been ended yet. */
  overdue: boolean;
}

/** Reads records for the users of the dashboard, over connections that can't read contents. */
export class AdminRequestReader {
  /** @param pool connections of a role that can't read payloads and results */
  constructor(private readonly pool: Pool) {}

  /**
   * Reads a record.
   *
   * @param projectId UUID of the project that it must belong to
   * @param id UUID of the request
   * @returns null when there is none
   * @throws DatabaseError
   */
  async get(projectId: string, id: string): Promise<FoundAdminRecord | null> {
    const [row] = await this.rows<AdminRow>('admin-read', READ_ADMIN_RECORD, [id, projectId]);
    return row === undefined ? null : { record: toAdminRecord(row), overdue: row.overdue };
  }

  /**
   * Reads the attempts of a record, oldest first.
   *
   * @param projectId UUID of the project that it must belong to
   * @param id UUID of the request
   * @returns null when there is no such record
   * @throws DatabaseError
   */
  async attempts(projectId: string, id: string): Promise<AdminAttempt[] | null> {
    const rows = await this.rows<AdminAttemptRow>('admin-attempts', READ_ADMIN_ATTEMPTS, [
      id,
      projectId,
    ]);
    return rows.length === 0 ? null : toAttempts(rows, toAdminAttempt);
  }

  /**
   * Finds the project of a record.
   *
   * @param id UUID of the request
   * @returns UUID of the project, or null when there is no such record
   * @throws DatabaseError
   */
  async projectOf(id: string): Promise<string | null> {
    const rows = await this.rows<{ project_id: string }>('admin-find', FIND_PROJECT_OF, [id]);
    return rows[0]?.project_id ?? null;
  }

  /**
   * Reads a page of records, newest first. A page may have fewer records than its limit, or none, and still
   * not be the last: it has then read as many rows as one page may. The next page continues from `last_id`
   * (for newer records, `first_id`).
   *
   * @param projectId UUID of the project
   * @param filter the filter
   * @param page position and size of the page
   * @throws DatabaseError
   */
  async list(
    projectId: string,
    filter: AdminFilter,
    page: AdminPage,
  ): Promise<ListPage<AdminRecord>> {
    const direction = page.before === undefined ? 'older' : 'newer';
    const from = await this.cursorOf(projectId, page.before ?? page.after);
    const list = new AdminList(projectId, filter, from, direction);
    const found = (await this.fromSmallSet(list, page.limit)) ?? (await this.scan(list, page));
    const data = found.rows.slice(0, page.limit).map(toAdminRecord);
    if (direction === 'newer') {
      data.reverse();
    }
    const onwards = found.boundary === null ? null : requestIdFromUuid(found.boundary);
    const newest = data[0]?.id ?? null;
    const oldest = data.at(-1)?.id ?? null;
    return {
      object: 'list',
      data,
      has_more: found.rows.length > page.limit || onwards !== null,
      first_id: direction === 'newer' ? (onwards ?? newest) : newest,
      last_id: direction === 'older' ? (onwards ?? oldest) : oldest,
    };
  }

  private async fromSmallSet(list: AdminList, limit: number): Promise<Found | null> {
    const query = list.smallSet(limit + 1);
    if (query === null) {
      return null;
    }
    const rows = await this.query<AdminRow & { complete: boolean }>(query);
    return rows[0]?.complete === true
      ? { rows: rows.filter(({ id }) => (id as string | null) !== null), boundary: null }
      : null;
  }

  private async scan(list: AdminList, { limit }: AdminPage): Promise<Found> {
    const rows = await this.query<AdminRow>(list.page(limit + 1));
    if (rows.length > limit || !list.filters) {
      return { rows, boundary: null };
    }
    const [last] = await this.query<{ id: string }>(list.boundary());
    return { rows, boundary: last?.id ?? null };
  }

  /** Returns the cursor of a record. For a deleted one it is derived from the time in the id. */
  private async cursorOf(projectId: string, id: string | undefined): Promise<Cursor | null> {
    if (id === undefined) {
      return null;
    }
    const [row] = await this.rows<{ created_at: string }>('admin-place', READ_PLACE, [
      id,
      projectId,
    ]);
    const ms = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    return { createdAt: row?.created_at ?? new Date(ms).toISOString(), id };
  }

  private async query<Row extends Record<string, unknown>>({ text, values }: Query) {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  private async rows<Row extends Record<string, unknown>>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<Row[]> {
    return run<Row>(this.pool, { name: `requests-${name}`, text }, values);
  }
}

interface Found {
  rows: AdminRow[];
  /** Id of the last row that was read, when there are more rows after it. */
  boundary: string | null;
}
