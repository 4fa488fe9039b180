import { isTerminal, type RequestStatus } from '@reqrun/contracts';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import {
  DatabaseError,
  type Pool,
  type PoolClient,
  type Queryable,
  run,
  toDatabaseError,
} from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';

import {
  type BlobBytes,
  bytesOf,
  packBlobs,
  pgArrayLiteral,
  STATEMENT_GROUPS,
} from '../sql/batch-parameters.js';
import { type ContentHead, packContent } from '../content/content-frame.js';
import { type InsertStatements, READ_EXISTING } from '../sql/transitions/index.js';
import {
  type Acceptance,
  type AcceptedRequest,
  compareKeys,
  type NewRecord,
  type NewRequest,
  type SealedRequest,
} from './new-request.js';

/** Statement that commits a group, with its settings. */
export interface AcceptStatement {
  /** Prefix of the failpoints around it. */
  place: 'accept' | 'start';
  /** Name of the prepared statement; that of `insertOnly` ends with `-insert-only`. */
  name: string;
  statements: InsertStatements;
  /** Parameters behind those of ACCEPT. */
  extra: readonly unknown[];
  /** State of a request that was just committed. */
  initialState: Pick<AcceptedRequest, 'status' | 'attempts'>;
  /** Whether the commit itself notifies workers or starts the requests. */
  notified: boolean;
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

/** Thrown when a commit may or may not have happened: the same ids must be sent again. */
export class UncertainCommit extends Error {
  constructor(readonly reason: DatabaseError) {
    super(reason.message);
  }
}

/** Grouping of accepted requests, alike for the API and for workers. */
export const ACCEPT_GROUPING = {
  ...STATEMENT_GROUPS,
  sizeOf: ({ payload }: SealedRequest): number => bytesOf(payload),
  compare: (a: SealedRequest, b: SealedRequest): number => compareKeys(a.request, b.request),
} as const;

interface ExistingRow {
  asked_id: string;
  id: string;
  status: RequestStatus;
  model: string;
  attempts: number;
  created_at: Date;
  fingerprint: Buffer | null;
  overdue: boolean;
}

/**
 * Seals the body and the headers of a request for the table.
 *
 * @param keys the data keys
 * @param request the request
 * @throws DatabaseError when the project's key can't be read
 */
export async function sealPayload(keys: DataKeyRing, request: NewRequest): Promise<BlobBytes> {
  const { projectId, id, body } = request;
  try {
    return await keys.sealInParts(projectId, id, 'payload', ...packContent(headOf(request), body));
  } catch (error) {
    throw toDatabaseError(error);
  }
}

/**
 * `sealPayload` for a large body. It yields to the event loop between pieces.
 *
 * @throws DatabaseError when the project's key can't be read
 */
export async function sealLargePayload(keys: DataKeyRing, request: NewRequest): Promise<BlobBytes> {
  const { projectId, id, body } = request;
  try {
    return await keys.sealGradually(
      projectId,
      id,
      'payload',
      ...packContent(headOf(request), body),
    );
  } catch (error) {
    throw toDatabaseError(error);
  }
}

const headOf = ({ headers, fallbackParams, trace }: NewRequest): ContentHead => ({
  headers,
  ...(fallbackParams !== undefined && { fallbackParams }),
  ...(trace !== undefined && { trace }),
});

/**
 * Commits a group of requests, once.
 *
 * @param pool the database
 * @param items the group, in the order of `compareKeys`
 * @param how the statement
 * @returns the outcome of each, in their order
 * @throws UncertainCommit when the connection was lost during the commit, DatabaseError when nothing was
 *   committed
 */
export async function acceptGroup(
  pool: Pool,
  items: readonly SealedRequest[],
  how: AcceptStatement,
): Promise<Acceptance[]> {
  return onConnection(pool, async (client) => {
    const requests = items.map(({ request }) => request);
    failpoint(`${how.place}.before`);
    const insertedAt = await insertGroup(client, items, how);
    failpoint(`${how.place}.after`);
    const left = requests.filter(({ id }) => insertedAt(id) === undefined);
    const existing = left.length === 0 ? [] : await readExisting(client, left);
    return requests.map((request) => {
      const created = insertedAt(request.id);
      return created === undefined
        ? resolveExisting(
            request,
            existing.filter((row) => row.asked_id === request.id),
          )
        : acceptedBy(request, created, how);
    });
  });
}

/**
 * Runs work whose commit is in doubt when its connection breaks.
 *
 * @param pool the database
 * @param work the work
 * @throws UncertainCommit when the connection was lost during the commit, DatabaseError when nothing was
 *   committed
 */
export async function onConnection<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  // Without a connection nothing was sent, so nothing can be in doubt.
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  let broken = false;
  try {
    return await work(client);
  } catch (error) {
    const reason = toDatabaseError(error);
    broken = reason.kind === 'unavailable';
    throw broken && !reason.isRolledBack ? new UncertainCommit(reason) : reason;
  } finally {
    client.release(broken);
  }
}

/**
 * Writes a group whose requests may already be in the table.
 *
 * @param client the connection
 * @param items the group
 * @param how the statement
 * @returns a function that maps an id to its insertion time; undefined after a conflict
 * @throws DatabaseError
 */
export async function insertChecked(
  client: Queryable,
  items: readonly SealedRequest[],
  { name, statements, extra }: AcceptStatement,
): Promise<(id: string) => Date | undefined> {
  const checked = { name, text: statements.onConflictDoNothing };
  const values = [...parametersOf(items), ...extra];
  const rows = await run<{ id: string; created_at: Date }>(client, checked, values);
  const createdAt = new Map(rows.map((row) => [row.id, row.created_at]));
  return (id) => createdAt.get(id);
}

/**
 * The outcome of a request that was just committed.
 *
 * @param request the request
 * @param createdAt time of its insertion
 * @param how the statement
 */
export const acceptedBy = (
  { id, model }: NewRecord,
  createdAt: Date,
  { initialState, notified }: AcceptStatement,
): Acceptance => ({
  kind: 'accepted',
  request: { id, status: initialState.status, model, attempts: initialState.attempts, createdAt },
  notified: notified ? true : undefined,
});

/** Writes a group. The returned function maps an id to its insertion time; undefined after a conflict. */
async function insertGroup(
  client: Queryable,
  items: readonly SealedRequest[],
  how: AcceptStatement,
): Promise<(id: string) => Date | undefined> {
  const { name, statements, extra } = how;
  const values = [...parametersOf(items), ...extra];
  if (items.every(({ request }) => request.idempotencyKey === null)) {
    try {
      const insertOnly = { name: `${name}-insert-only`, text: statements.insertOnly };
      const [row] = await run<{ created_at: Date }>(client, insertOnly, values);
      return () => row?.created_at;
    } catch (error) {
      // An id is sent again when the answer to its commit was lost.
      if (toDatabaseError(error).sqlState !== UNIQUE_VIOLATION) {
        throw error;
      }
    }
  }
  return insertChecked(client, items, how);
}

/**
 * Returns $1 to $14 of ACCEPT.
 *
 * @param items the group
 */
export function parametersOf(items: readonly SealedRequest[]): unknown[] {
  const requests = items.map(({ request }) => request);
  const payloads = packBlobs(items.map(({ payload }) => payload));
  return [
    ...recordParametersOf(requests),
    pgArrayLiteral(payloads.offsets),
    pgArrayLiteral(payloads.lengths),
    payloads.all,
    pgArrayLiteral(requests.map(({ sdkRetry }) => sdkRetry)),
  ];
}

/**
 * Returns $1 to $10 of ACCEPT.
 *
 * @param requests the records of a group
 */
export function recordParametersOf(requests: readonly NewRecord[]): unknown[] {
  return [
    pgArrayLiteral(requests.map(({ id }) => id)),
    pgArrayLiteral(requests.map(({ projectId }) => projectId)),
    pgArrayLiteral(requests.map(({ apiKeyId }) => apiKeyId)),
    pgArrayLiteral(requests.map(({ mode }) => mode)),
    pgArrayLiteral(requests.map(({ endpoint }) => endpoint)),
    requests.map(({ model }) => model),
    requests.map(({ idempotencyKey }) => idempotencyKey),
    pgArrayLiteral(requests.map(({ fingerprint }) => fingerprint?.toString('hex') ?? null)),
    requests.map(({ metadata }) => (metadata === null ? null : JSON.stringify(metadata))),
    requests.map(({ policy }) => JSON.stringify(policy)),
  ];
}

/**
 * Reads the outcomes of requests that a statement has omitted, because their id or their key already exists.
 *
 * @param client the connection
 * @param requests the requests
 * @returns one outcome per request, in their order; null where there is no such record
 * @throws DatabaseError
 */
export async function outcomesOfExisting(
  client: Queryable,
  requests: readonly NewRecord[],
): Promise<(Acceptance | null)[]> {
  const existing = await readExisting(client, requests);
  return requests.map((request) => {
    const rows = existing.filter((row) => row.asked_id === request.id);
    return rows.length === 0 ? null : resolveExisting(request, rows);
  });
}

function readExisting(client: Queryable, requests: readonly NewRecord[]): Promise<ExistingRow[]> {
  return run<ExistingRow>(client, { name: 'requests-read-existing', text: READ_EXISTING }, [
    requests.map(({ id }) => id),
    requests.map(({ projectId }) => projectId),
    requests.map(({ mode }) => mode),
    requests.map(({ idempotencyKey }) => idempotencyKey),
  ]);
}

function resolveExisting(request: NewRecord, rows: readonly ExistingRow[]): Acceptance {
  const own = rows.find((row) => row.id === request.id);
  const row = own ?? rows[0];
  if (row === undefined) {
    // The winner was deleted in between. The group is sent again, as after a conflict of statements.
    throw new DatabaseError('conflict', null);
  }
  const found: AcceptedRequest = {
    id: row.id,
    status: row.status,
    model: row.model,
    attempts: row.attempts,
    createdAt: row.created_at,
  };
  if (own !== undefined) {
    return { kind: 'accepted', request: found };
  }
  const { fingerprint: stored } = row;
  const same =
    stored !== null &&
    [request.fingerprint, request.formerFingerprint].some((own) => own?.equals(stored) === true);
  if (!same) {
    return { kind: 'conflict' };
  }
  const overdue = row.overdue && !isTerminal(row.status);
  return { kind: 'joined', request: overdue ? { ...found, overdue } : found };
}
