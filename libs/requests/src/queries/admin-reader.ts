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

/** Which page of a list. */
export interface AdminPage {
  /** The UUID that the page begins behind: older ones. */
  after?: string;
  /** The UUID that the page ends before: newer ones. */
  before?: string;
  limit: number;
}

/** A record, and what has to be known of it to change it. */
export interface FoundAdminRecord {
  record: AdminRecord;
  /** Past its deadline, and nobody has ended it yet. */
  overdue: boolean;
}

/** Reads records for the people who run ReqRun: over connections that can't read contents. */
export class AdminRequestReader {
  /** @param pool connections under a role without a look at payloads and results */
  constructor(private readonly pool: Pool) {}

  /**
   * One record.
   *
   * @param projectId whose it must be
   * @param id its UUID
   * @returns null when there is none
   * @throws DatabaseError
   */
  async get(projectId: string, id: string): Promise<FoundAdminRecord | null> {
    const [row] = await this.rows<AdminRow>('admin-read', READ_ADMIN_RECORD, [id, projectId]);
    return row === undefined ? null : { record: toAdminRecord(row), overdue: row.overdue };
  }

  /**
   * The attempts of a record, oldest first.
   *
   * @param projectId whose it must be
   * @param id its UUID
   * @returns null when there is no such record
   * @throws DatabaseError
   */
  async attempts(projectId: string, id: string): Promise<AdminAttempt[] | null> {
    const rows = await this.rows<AdminAttemptRow>('admin-attempts', READ_ADMIN_ATTEMPTS, [
      id,
      projectId,
    ]);
    return rows.length === 0
      ? null
      : rows.filter(({ number }) => number !== null).map(toAdminAttempt);
  }

  /**
   * Whose a record is.
   *
   * @param id its UUID
   * @returns the project, or null when there is no such record
   * @throws DatabaseError
   */
  async projectOf(id: string): Promise<string | null> {
    const rows = await this.rows<{ project_id: string }>('admin-find', FIND_PROJECT_OF, [id]);
    return rows[0]?.project_id ?? null;
  }

  /**
   * A page of records, newest first. A page may hold less than its limit, or nothing, and still have
   * more behind it: then as many rows were looked at as one page may cost, and `last_id` (paging up:
   * `first_id`) is where to go on.
   *
   * @param projectId whose they are
   * @param filter what narrows the list
   * @param page which part of it
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

  /** A record that is gone was where its id says: ids begin with the time they were made. */
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
  /** The last row that was looked at, when there are more behind it that were not. */
  boundary: string | null;
}
