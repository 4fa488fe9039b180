import type { RequestMode, RequestStatus } from '@reqrun/contracts';

import { NEXT_IN_LANE, WAITING_COLUMNS } from './lane-waits.js';
import { CACHED, PATIENCE, RUN_ON } from './queries.js';
import { POLICY } from './transitions/parts.js';

/**
 * Statements of the lists in the dashboard. They read `requests`, `attempts` and the names of keys, and
 * nothing else: their database role has no access to payloads and results.
 *
 * No list may scan a project's whole history. Each scans one index, newest first, and stops when its page is
 * full or when it has read `SCAN_ROWS` rows; the page then has a cursor for the next one. Rare rows have
 * their own index: failed and canceled requests, error codes, metadata, idempotency keys, and open requests.
 */

/** Largest number of rows that one page reads. */
export const SCAN_ROWS = 10_000;
/** Largest number of rows of a small set, which is read whole and sorted. */
export const SMALL_SET = 2_000;

const COLUMNS = `r.id, r.project_id, r.mode, r.api_key_id, r.endpoint, r.status, r.attempts, r.round,
  r.model, r.requested_model, r.idempotency_key, r.created_at, r.updated_at, r.started_at,
  r.completed_at, r.due_at, r.deadline_at, r.error_code, r.error_http_status, r.last_error_code,
  r.usage, r.metadata, r.stream, r.content_deleted_at, r.payload_bytes, r.policy, r.plan_at, r.provider, r.retries_used,
  r.follows, r.cached_from, r.cached_at, r.waited_for,
  r.retry_count, r.retry_on_codes, r.on_lost, r.call_timeout_ms, r.deadline_ms`;

const SHOWN = `r.id, r.project_id, r.mode, r.api_key_id, k.name AS api_key_name, r.endpoint, r.status,
  r.attempts, r.round, r.model, r.requested_model, r.idempotency_key, r.created_at, r.updated_at,
  r.started_at, r.completed_at, CASE WHEN r.status = 'retrying' THEN r.due_at END AS next_attempt_at,
  r.deadline_at, r.error_code, r.error_http_status, r.last_error_code, r.usage, r.metadata,
  r.content_deleted_at, r.payload_bytes, r.stream, ${POLICY('r')} AS policy, ${RUN_ON}, ${PATIENCE},
  r.policy->'cache' AS cache, ${CACHED}, ${WAITING_COLUMNS},
  (extract(epoch FROM r.completed_at - r.created_at) * 1000)::float8 AS duration_ms,
  (extract(epoch FROM r.started_at - r.created_at) * 1000)::float8 AS waiting_ms,
  (r.status IN ('queued', 'retrying', 'processing') AND r.deadline_at <= now()) AS overdue`;

/** One record. $1 id, $2 project */
export const READ_ADMIN_RECORD = `
SELECT ${SHOWN}, ${NEXT_IN_LANE} FROM requests r LEFT JOIN api_keys k ON k.id = r.api_key_id
WHERE r.id = $1::uuid AND r.project_id = $2::uuid`;

/** Attempts of a record, oldest first. $1 id, $2 project */
export const READ_ADMIN_ATTEMPTS = `
SELECT a.number, a.round, a.model, a.provider, a.started_at, a.ended_at, a.outcome, a.http_status, a.error_code,
       a.error_detail, a.provider_request_id, a.provider_response_id, a.first_frame_at, a.frames, a.decision, a.decision_reason,
       a.delay_ms, a.delay_source,
       (extract(epoch FROM a.ended_at - a.started_at) * 1000)::float8 AS duration_ms
FROM requests r LEFT JOIN attempts a ON a.request_id = r.id
WHERE r.id = $1::uuid AND r.project_id = $2::uuid
ORDER BY a.number`;

/** Project of a record. $1 id */
export const FIND_PROJECT_OF = `
SELECT r.project_id FROM requests r JOIN projects p ON p.id = r.project_id
WHERE r.id = $1::uuid AND p.deleted_at IS NULL`;

/**
 * Creation time of a record, from which a page continues. It is read as text, because a Date would lose the
 * microseconds. $1 id, $2 project
 */
export const READ_PLACE = `SELECT created_at::text AS created_at FROM requests WHERE id = $1::uuid AND project_id = $2::uuid`;

/** Filter of a list, by columns of the table. */
export interface AdminFilter {
  statuses?: readonly RequestStatus[];
  mode?: RequestMode;
  /** Path below `/v1`. */
  endpoint?: string;
  model?: string;
  errorCode?: string;
  keyId?: string;
  /** UUIDs, any of which a record may have. */
  ids?: readonly string[];
  idempotencyKey?: string;
  metadata?: Readonly<Record<string, string>>;
  createdAfter?: Date;
  createdBefore?: Date;
  /** Upper bound of the acceptance time, exclusive, in PostgreSQL's format. */
  acceptedBefore?: string;
  /** Upper bound of the end time, in PostgreSQL's format. */
  completedBefore?: string;
}

/** Position of a record in the order of lists. */
export interface Cursor {
  /** Creation time in PostgreSQL's format. */
  createdAt: string;
  id: string;
}

/** A statement with its parameters. */
export interface Query {
  text: string;
  values: unknown[];
}

const OPEN: readonly RequestStatus[] = ['queued', 'retrying', 'processing'];
const ENDED_BADLY: readonly RequestStatus[] = ['failed', 'canceled'];

/** Builds the statements of one list. */
export class AdminList {
  private readonly values: unknown[];
  /** Conditions that an index covers. */
  private readonly indexed: string[] = [];
  /** Conditions that are checked for each row. */
  private readonly others: string[] = [];
  private readonly statuses: readonly RequestStatus[] | null;

  /**
   * @param projectId UUID of the project
   * @param filter the filter
   * @param from the cursor after which the page begins, or null
   * @param direction `older` or `newer` than the cursor
   */
  constructor(
    projectId: string,
    private readonly filter: AdminFilter,
    from: Cursor | null,
    private readonly direction: 'older' | 'newer',
  ) {
    this.values = [projectId];
    const { statuses = [], errorCode, idempotencyKey, ids } = filter;
    this.statuses = statuses.length > 0 && isWithin(statuses, ENDED_BADLY) ? statuses : null;
    if (statuses.length > 0 && this.statuses === null) {
      this.others.push(`r.status IN (${statuses.map((status) => `'${status}'`).join(', ')})`);
    }
    this.add(this.indexed, 'r.created_at >', filter.createdAfter, '::timestamptz');
    this.add(this.indexed, 'r.created_at <', filter.createdBefore, '::timestamptz');
    this.add(this.indexed, 'r.created_at <', filter.acceptedBefore, '::timestamptz');
    this.add(this.indexed, 'r.error_code =', errorCode);
    this.add(this.indexed, 'r.idempotency_key =', idempotencyKey);
    if (ids !== undefined) {
      this.indexed.push(`r.id = ANY($${this.values.push(ids)}::uuid[])`);
    }
    this.add(this.others, 'r.endpoint =', filter.endpoint);
    this.add(this.others, 'r.requested_model =', filter.model);
    this.add(this.others, 'r.api_key_id =', filter.keyId, '::uuid');
    this.add(this.others, 'r.completed_at <=', filter.completedBefore, '::timestamptz');
    if (filter.metadata !== undefined) {
      this.add(this.others, 'r.metadata @>', JSON.stringify(filter.metadata), '::jsonb');
    }
    if (from !== null) {
      const time = this.values.push(from.createdAt);
      const place = `($${time}::timestamptz, $${this.values.push(from.id)}::uuid)`;
      this.indexed.push(`(r.created_at, r.id) ${direction === 'older' ? '<' : '>'} ${place}`);
    }
  }

  /** Whether rows may be read that are not on the page. */
  get filters(): boolean {
    return this.others.length > 0;
  }

  /**
   * Returns the statement of the page, which scans at most `SCAN_ROWS` rows of the index.
   *
   * @param rows largest number of rows on the page
   */
  page(rows: number): Query {
    return {
      text: `SELECT ${SHOWN} FROM (
        SELECT * FROM (${this.scan(COLUMNS)}) r ${where(this.others)} ${this.order} LIMIT ${rows}
      ) r LEFT JOIN api_keys k ON k.id = r.api_key_id ${this.order}`,
      values: this.values,
    };
  }

  /** Returns the statement that finds the last row a page may read, from which the next page continues. */
  boundary(): Query {
    const { text, values } = this.narrowed();
    return {
      text: `SELECT r.id FROM (${text}) r ${this.order} OFFSET ${SCAN_ROWS - 1} LIMIT 1`,
      values,
    };
  }

  /** Returns the statement that counts the matches among the rows that one page may read. */
  count(): Query {
    return {
      text: `SELECT count(*) FILTER (${where(this.others.length > 0 ? this.others : ['true'])})::int AS matched,
        count(*) = ${SCAN_ROWS} AS capped FROM (${this.scan(COLUMNS)}) r`,
      values: this.values,
    };
  }

  /**
   * Returns the statement of a page of a small set: open requests, or those with a pair of metadata. Each row
   * says whether the set was read whole; no rows mean that the set is empty.
   *
   * @param rows largest number of rows on the page
   * @returns null when the filter selects no such set
   */
  smallSet(rows: number): Query | null {
    const sets = this.sets();
    if (sets === null) {
      return null;
    }
    return {
      text: `WITH found AS MATERIALIZED (${sets.join(' UNION ALL ')}), page AS (
        SELECT r.* FROM found r ${where([
          'r.project_id = $1::uuid',
          ...(this.filter.mode === undefined ? [] : [`r.mode = '${this.filter.mode}'`]),
          ...this.indexed,
          ...this.others,
          ...(this.statuses === null ? [] : [`r.status IN (${quoted(this.statuses)})`]),
        ])} ${this.order} LIMIT ${rows}
      ), counted AS (SELECT count(*) <= ${SMALL_SET} AS complete FROM found)
      SELECT c.complete, ${SHOWN} FROM counted c LEFT JOIN page r ON true
      LEFT JOIN api_keys k ON k.id = r.api_key_id ${this.order}`,
      values: this.values,
    };
  }

  private sets(): string[] | null {
    const { metadata, statuses = [] } = this.filter;
    const limit = `LIMIT ${SMALL_SET + 1}`;
    if (metadata !== undefined) {
      const condition = this.others.find((other) => other.startsWith('r.metadata'));
      return [
        `(SELECT ${COLUMNS} FROM requests r WHERE r.metadata IS NOT NULL AND ${condition} ${limit})`,
      ];
    }
    if (statuses.length === 0 || !isWithin(statuses, OPEN)) {
      return null;
    }
    // The order is that of the partial index, so that the planner uses it.
    const running = `(SELECT ${COLUMNS} FROM requests r WHERE r.status = 'processing' ORDER BY r.lease_expires_at ${limit})`;
    const waiting = `(SELECT ${COLUMNS} FROM requests r WHERE r.status IN ('queued', 'retrying') ORDER BY r.due_at ${limit})`;
    return [
      ...(statuses.includes('processing') ? [running] : []),
      ...(statuses.some((status) => status !== 'processing') ? [waiting] : []),
    ];
  }

  private get order(): string {
    const way = this.direction === 'older' ? 'DESC' : 'ASC';
    return `ORDER BY r.created_at ${way}, r.id ${way}`;
  }

  /** Returns one index scan per mode (and per status where the index has it), merged. */
  private scan(columns: string): string {
    const walks = (this.filter.mode === undefined ? ['live', 'test'] : [this.filter.mode]).flatMap(
      (mode) =>
        (this.statuses ?? [null]).map(
          (status) =>
            `(SELECT ${columns} FROM requests r ${where([
              'r.project_id = $1::uuid',
              `r.mode = '${mode}'`,
              ...(status === null ? [] : [`r.status = '${status}'`]),
              ...this.indexed,
            ])} ${this.order} LIMIT ${SCAN_ROWS})`,
        ),
    );
    return `SELECT * FROM (${walks.join(' UNION ALL ')}) r ${this.order} LIMIT ${SCAN_ROWS}`;
  }

  /** Returns the scan alone, without the parameters that only the other conditions use. */
  private narrowed(): Query {
    const walk = this.scan('r.created_at, r.id');
    const values: unknown[] = [];
    const text = walk.replaceAll(/\$(\d+)/g, (_whole, number: string) => {
      const value = this.values[Number(number) - 1];
      const known = values.indexOf(value);
      return `$${known === -1 ? values.push(value) : known + 1}`;
    });
    return { text, values };
  }

  private add(to: string[], condition: string, value: unknown, cast = ''): void {
    if (value !== undefined) {
      to.push(`${condition} $${this.values.push(value)}${cast}`);
    }
  }
}

const isWithin = (statuses: readonly RequestStatus[], set: readonly RequestStatus[]): boolean =>
  statuses.every((status) => set.includes(status));
const quoted = (statuses: readonly RequestStatus[]): string =>
  statuses.map((status) => `'${status}'`).join(', ');
const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
