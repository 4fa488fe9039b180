import { randomBytes, randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';

import { ByteBudget } from '@reqrun/platform/budget';
import { DataKeyRing, MasterKey } from '@reqrun/platform/crypto';
import { createPool, HOT_PATH_PLANS, type Pool } from '@reqrun/platform/database';
import { createTestDatabase, startTcpProxy, type TcpProxy } from '@reqrun/platform/testing';
import { DEFAULT_RETRY_POLICY } from '@reqrun/retry-policy';

import { AnswerOpener } from '../queries/answer-opener.js';
import { RequestAcceptor } from '../lifecycle/accept.js';
import type { Acceptance, NewRequest } from '../lifecycle/new-request.js';
import { type Claim, claimDue } from '../lifecycle/claim.js';
import type { Tenant } from '../lifecycle/control.js';
import { AttemptFinisher } from '../lifecycle/finish.js';
import { RequestRecovery } from '../lifecycle/recovery.js';
import { RequestReader } from '../queries/reader.js';
import { type AttemptRow, type RequestRow, requestUuid } from './request-rows.js';

/** Fields of a request that a test sets. */
export type RequestFields = Omit<Partial<NewRequest>, 'policy'> & {
  policy?: Partial<NewRequest['policy']>;
};

/** Lease that does not end while a test runs, in ms. */
export const LEASE_MS = 600_000;

/** A process with its own connections to the database and its own parts, all real. */
export interface Process {
  pool: Pool;
  keys: DataKeyRing;
  acceptor: RequestAcceptor;
  finisher: AttemptFinisher;
  recovery: RequestRecovery;
  /** Opens answers for the reader. */
  answers: AnswerOpener;
  /** Memory budget of large answers. */
  budget: ByteBudget;
  reader: RequestReader;
}

/** A process whose database can be cut off. */
export interface ProcessBehindProxy extends Process {
  proxy: TcpProxy;
  /** Cuts all connections and refuses new ones; resolves when the process has noticed. */
  cutOff(): Promise<void>;
}

/**
 * A migrated database with one project, and the real parts that write and read requests on it. Times
 * are never waited for: they are moved in SQL.
 */
export class RequestsFixture implements Process {
  readonly workerId = randomUUID();
  readonly pool: Pool;
  readonly keys: DataKeyRing;
  readonly acceptor: RequestAcceptor;
  readonly finisher: AttemptFinisher;
  readonly recovery: RequestRecovery;
  readonly answers: AnswerOpener;
  readonly budget: ByteBudget;
  readonly reader: RequestReader;
  private readonly closers: (() => Promise<void>)[] = [];

  private constructor(
    readonly connectionString: string,
    private readonly masterKey: MasterKey,
    readonly projectId: string,
  ) {
    const own = this.process('test');
    ({
      pool: this.pool,
      keys: this.keys,
      acceptor: this.acceptor,
      finisher: this.finisher,
      recovery: this.recovery,
      answers: this.answers,
      budget: this.budget,
      reader: this.reader,
    } = own);
  }

  /** Creates a separate database with one project. */
  static async open(): Promise<RequestsFixture> {
    const database = await createTestDatabase();
    const fixture = new RequestsFixture(
      database.connectionString,
      new MasterKey(randomBytes(32)),
      randomUUID(),
    );
    fixture.closers.unshift(() => database.drop());
    await fixture.addProject(fixture.projectId);
    return fixture;
  }

  /** Project and mode of the requests by default. */
  get tenant(): Tenant {
    return { projectId: this.projectId, mode: 'live' };
  }

  /** Closes all connections and removes the database. */
  async close(): Promise<void> {
    for (const close of this.closers.reverse()) {
      await close();
    }
  }

  /** Removes all requests. */
  async clear(): Promise<void> {
    await this.sql(
      'TRUNCATE requests, attempts, payloads, results, request_outbox, response_ids, stream_batches, cache_entries, open_rooms',
    );
  }

  /** Adds a project, with its retention in days. */
  async addProject(id: string, payloadDays = 30, recordDays = 90): Promise<string> {
    await this.sql(
      `INSERT INTO projects (id, name, retry_on_codes, payload_retention_days, record_retention_days)
       VALUES ($1, 'test', '{}', $2, $3)`,
      [id, payloadDays, recordDays],
    );
    return id;
  }

  /**
   * Creates another process on the same database.
   *
   * @param applicationName name shown in pg_stat_activity
   * @param connectionString connection string, for example through a proxy
   * @param max largest number of connections
   */
  process(applicationName: string, connectionString = this.connectionString, max = 10): Process {
    const pool = createPool({ connectionString, max, applicationName, settings: HOT_PATH_PLANS });
    this.closers.push(() => pool.end());
    const keys = new DataKeyRing(pool, this.masterKey);
    const recovery = new RequestRecovery(pool);
    const budget = new ByteBudget(256 * 1024 * 1024);
    const answers = new AnswerOpener(pool, keys, budget);
    return {
      pool,
      keys,
      recovery,
      budget,
      acceptor: new RequestAcceptor(pool, keys, {
        limits: { bytes: 1024 * 1024 * 1024, calls: 10_000 },
      }),
      finisher: new AttemptFinisher(pool, keys),
      answers,
      reader: new RequestReader(pool, answers, recovery, pool),
    };
  }

  /** Creates another process whose connections go through a proxy that can break them. */
  async processBehindProxy(applicationName: string): Promise<ProcessBehindProxy> {
    const proxy = await startTcpProxy(this.connectionString);
    this.closers.push(() => proxy.close());
    const behind = this.process(applicationName, proxy.through(this.connectionString));
    // Its data key is loaded beforehand, so that a test breaks only the exchange that it names.
    await behind.keys.seal(this.projectId, this.projectId, 'payload', Buffer.alloc(0));
    const cutOff = async (): Promise<void> => {
      void proxy.refuse();
      while (behind.pool.totalCount > 0) {
        await setImmediate();
      }
    };
    return { ...behind, proxy, cutOff };
  }

  /** Returns a request of the project, without an idempotency key. */
  newRequest(fields: RequestFields = {}): NewRequest {
    const { policy, ...rest } = fields;
    return {
      id: requestUuid(),
      projectId: this.projectId,
      apiKeyId: this.projectId,
      mode: 'live',
      endpoint: '/chat/completions',
      model: 'gpt-4o-mini',
      idempotencyKey: null,
      sdkRetry: null,
      fingerprint: rest.idempotencyKey == null ? null : Buffer.from('same body'),
      metadata: null,
      body: Buffer.from('{"model":"gpt-4o-mini","messages":[]}'),
      headers: {},
      ...rest,
      policy: {
        ...DEFAULT_RETRY_POLICY,
        callTimeoutMs: 60_000,
        deadlineMs: 3_600_000,
        ...policy,
      },
    };
  }

  /** Accepts a request and returns its UUID. */
  async accept(fields: RequestFields = {}): Promise<string> {
    return acceptedId(await this.acceptor.accept(this.newRequest(fields)));
  }

  /** Claims due requests. */
  claim(limit = 100, workerId = this.workerId, pool = this.pool): Promise<Claim[]> {
    return claimDue(pool, workerId, limit, LEASE_MS);
  }

  /** Makes a request due, and claims only it. */
  async claimOne(id: string, workerId = this.workerId): Promise<Claim> {
    await this.change(id, `due_at = 'epoch'`);
    const [claim] = await this.claim(1, workerId);
    if (claim?.id !== id) {
      throw new Error('another request was claimed');
    }
    return claim;
  }

  /** Accepts a request and claims it. */
  async acceptAndClaim(fields: RequestFields = {}): Promise<Claim> {
    return this.claimOne(await this.accept(fields));
  }

  /** Sets columns of a request, such as times that a test does not wait for. */
  async change(id: string, assignments: string): Promise<void> {
    await this.sql(`UPDATE requests SET ${assignments} WHERE id = $1`, [id]);
  }

  /** Makes the lease of a request expire. */
  async endLease(id: string): Promise<void> {
    await this.change(id, `lease_expires_at = now() - interval '1 s'`);
  }

  /** Makes the deadline of a request pass. */
  async passDeadline(id: string): Promise<void> {
    await this.change(id, `deadline_at = now() - interval '1 s', due_at = least(due_at, now())`);
  }

  /** Reads the row of a request. */
  async row(id: string): Promise<RequestRow> {
    const [row] = await this.sql<RequestRow>('SELECT * FROM requests WHERE id = $1', [id]);
    if (row === undefined) {
      throw new Error('no such request');
    }
    return row;
  }

  /** Reads the attempts of a request, oldest first. */
  attemptRows(id: string): Promise<AttemptRow[]> {
    return this.sql<AttemptRow>('SELECT * FROM attempts WHERE request_id = $1 ORDER BY number', [
      id,
    ]);
  }

  /** Counts the rows of a table. */
  async count(
    table: 'requests' | 'attempts' | 'payloads' | 'results' | 'cache_entries',
  ): Promise<number> {
    const [row] = await this.sql<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count ?? 0;
  }

  /** Runs any statement. */
  async sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /**
   * Blocks the transaction that writes the payload of a request, or its first attempt, in the middle: earlier
   * rows are written, nothing is committed.
   *
   * @param table the table whose insert is blocked
   * @param id UUID of the request
   * @returns a function that unblocks it
   */
  async holdUp(table: 'payloads' | 'attempts', id: string): Promise<() => Promise<void>> {
    const client = await this.pool.connect();
    await client.query('BEGIN');
    await client.query(
      table === 'payloads'
        ? `INSERT INTO payloads VALUES ($1, '')`
        : `INSERT INTO attempts (request_id, number, round, call_number, model, worker_id, started_at, outcome)
           VALUES ($1, 1, 1, 1, '', $1, now(), 'running')`,
      [id],
    );
    return async () => {
      await client.query('ROLLBACK');
      client.release();
    };
  }

  /**
   * Resolves when connections of a process wait for locks.
   *
   * @param applicationName name of the process in pg_stat_activity
   * @returns process ids of their backends
   */
  async blocked(applicationName: string, connections = 1): Promise<number[]> {
    for (;;) {
      const rows = await this.sql<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'`,
        [applicationName],
      );
      if (rows.length >= connections) {
        return rows.map(({ pid }) => pid);
      }
    }
  }
}

/**
 * Collects the SQLSTATE of every error that PostgreSQL sends to a process from now on, also of those that a
 * retry makes good.
 *
 * @param pool a pool that has not connected yet
 */
export function collectSqlStates(pool: Pool): string[] {
  const states: string[] = [];
  pool.on('connect', (client) => {
    const { connection } = client as unknown as { connection: EventEmitter };
    connection.on('errorMessage', ({ code }: { code: string }) => states.push(code));
  });
  return states;
}

/** Returns the UUID of the request that was accepted or joined. */
export function acceptedId(acceptance: Acceptance): string {
  if (!('request' in acceptance)) {
    throw new Error(`neither accepted nor joined: ${acceptance.kind}`);
  }
  return acceptance.request.id;
}
