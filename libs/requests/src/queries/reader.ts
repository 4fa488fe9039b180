import type { AttemptRecord, ListPage, RequestRecord, RequestStatus } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';

import type { AnswerOpener, ResultRow } from './answer-opener.js';
import type { Tenant } from '../lifecycle/control.js';
import type { RequestRecovery } from '../lifecycle/recovery.js';
import {
  hasKeyLike,
  hasMetadata,
  hasStatus,
  IS_METADATA_RARE,
  listRecords,
} from '../sql/list-queries.js';
import { READ_ATTEMPTS, READ_RECORD } from '../sql/queries.js';
import { type AttemptRow, toAttempt, toAttempts } from './attempt-row.js';
import type { RequestOutcome } from './request-result.js';
import { type RecordRow, toRecord } from './record-row.js';

type FullRow = RecordRow & ResultRow;

/** Filter and page of a list. */
export interface ListFilter {
  status?: RequestStatus;
  /** Path below `/v1`. */
  endpoint?: string;
  model?: string;
  idempotencyKey?: string;
  /** Beginning of the idempotency key. */
  idempotencyKeyPrefix?: string;
  /** Pairs that the metadata must have. */
  metadata?: Readonly<Record<string, string>>;
  errorCode?: string;
  createdAfter?: Date;
  createdBefore?: Date;
  /** UUID of the record after which the page begins. */
  after?: string;
  /** Largest number of records on the page. */
  limit: number;
}

/** Reads records, always within one project and mode: those of others are not found. */
export class RequestReader {
  /**
   * @param pool the database
   * @param answers opens results
   * @param recovery ends records that are found past their deadline
   * @param lists connections for lists: a filter without an index may read a whole history
   */
  constructor(
    private readonly pool: Pool,
    private readonly answers: AnswerOpener,
    private readonly recovery: RequestRecovery,
    private readonly lists: Pool,
  ) {}

  /**
   * Reads a record with its answer. A record that is past its deadline is ended first.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @param signal ends the wait for the memory of a large answer when the client is gone
   * @returns null when there is none in this tenant
   * @throws DatabaseError
   */
  async get(tenant: Tenant, id: string, signal?: AbortSource): Promise<RequestOutcome | null> {
    return this.guard(async () => {
      const row = await this.readInTime(tenant, id);
      return row === undefined
        ? null
        : this.answers.open(tenant.projectId, row, toRecord(row), signal);
    });
  }

  /**
   * Reads a record without its answer. A record that is past its deadline is ended first.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns null when there is none in this tenant
   * @throws DatabaseError
   */
  async getRecord(
    tenant: Tenant,
    id: string,
  ): Promise<Pick<RequestOutcome, 'record' | 'contentDeleted'> | null> {
    return this.guard(async () => {
      const row = await this.readInTime(tenant, id);
      return row === undefined
        ? null
        : { record: toRecord(row), contentDeleted: row.content_deleted };
    });
  }

  /**
   * Reads the attempts of a record, oldest first.
   *
   * @param tenant project and mode that it must belong to
   * @param id UUID of the request
   * @returns null when there is no such record in this tenant
   * @throws DatabaseError
   */
  async attempts(tenant: Tenant, id: string): Promise<AttemptRecord[] | null> {
    return this.guard(async () => {
      const rows = await run<AttemptRow>(
        this.pool,
        { name: 'requests-attempts', text: READ_ATTEMPTS },
        [id, tenant.projectId, tenant.mode],
      );
      return rows.length === 0 ? null : toAttempts(rows, toAttempt);
    });
  }

  /**
   * Reads a page of records, newest first.
   *
   * @param tenant project and mode of the records
   * @param filter the filter and the page
   * @throws DatabaseError
   */
  async list(tenant: Tenant, filter: ListFilter): Promise<ListPage<RequestRecord>> {
    const conditions: string[] = [];
    const values: unknown[] = [tenant.projectId, tenant.mode, filter.limit + 1];
    const where = (value: unknown, condition: (parameter: string) => string): void => {
      if (value !== undefined) {
        values.push(value);
        conditions.push(condition(`$${values.length}`));
      }
    };
    if (filter.status !== undefined) {
      conditions.push(hasStatus(filter.status));
    }
    where(filter.endpoint, (endpoint) => `r.endpoint = ${endpoint}`);
    where(filter.model, (model) => `r.requested_model = ${model}`);
    where(filter.idempotencyKey, (key) => `r.idempotency_key = ${key}`);
    where(filter.idempotencyKeyPrefix && startOf(filter.idempotencyKeyPrefix), hasKeyLike);
    where(filter.errorCode, (code) => `r.error_code = ${code}`);
    where(filter.createdAfter, (time) => `r.created_at > ${time}::timestamptz`);
    where(filter.createdBefore, (time) => `r.created_at < ${time}::timestamptz`);
    where(
      filter.after,
      (after) =>
        `(r.created_at, r.id) < (SELECT c.created_at, c.id FROM requests c
          WHERE c.id = ${after}::uuid AND c.project_id = $1::uuid AND c.mode = $2::request_mode)`,
    );
    return this.guard(async () => {
      const isRare = filter.metadata !== undefined && (await this.isRare(filter.metadata));
      where(filter.metadata && JSON.stringify(filter.metadata), hasMetadata);
      const set = isRare ? conditions.pop() : undefined;
      const { rows } = await this.lists.query<RecordRow>(listRecords(conditions, set), values);
      const data = rows.slice(0, filter.limit).map(toRecord);
      return {
        object: 'list',
        data,
        first_id: data[0]?.id ?? null,
        last_id: data.at(-1)?.id ?? null,
        has_more: rows.length > filter.limit,
      };
    });
  }

  private async isRare(metadata: Readonly<Record<string, string>>): Promise<boolean> {
    const { rows } = await this.lists.query<{ is_rare: boolean }>(IS_METADATA_RARE, [
      JSON.stringify(metadata),
    ]);
    return rows[0]?.is_rare === true;
  }

  private async readInTime(tenant: Tenant, id: string): Promise<FullRow | undefined> {
    const row = await this.read(tenant, id);
    if (row?.overdue !== true) {
      return row;
    }
    await this.recovery.expireIfOverdue([id]);
    return this.read(tenant, id);
  }

  private async read(tenant: Tenant, id: string): Promise<FullRow | undefined> {
    const rows = await run<FullRow>(this.pool, { name: 'requests-read', text: READ_RECORD }, [
      id,
      tenant.projectId,
      tenant.mode,
    ]);
    return rows[0];
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/** The pattern of texts that begin with a prefix. */
const startOf = (prefix: string): string => `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`;
