import type { RequestStatus } from '@reqrun/contracts';
import { DatabaseError, type Pool, type Queryable, run } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';

import { pgArrayLiteral } from '../sql/batch-parameters.js';
import { ACCEPT_CACHED, ACCEPT_HITS, beginWithCacheKeys } from '../sql/transitions/index.js';
import {
  type AcceptStatement,
  onConnection,
  outcomesOfExisting,
  parametersOf,
  recordParametersOf,
} from './accept-group.js';
import type { Acceptance, CacheLookup, NewRecord, SealedRequest } from './new-request.js';
import { giveBackOpenRoom, isBounded, takeOpenRoom } from './open-rooms.js';

/** A record under the cache. */
export type CachedRecord = NewRecord & { cache: CacheLookup };

/**
 * Returns whether a request is under the cache.
 *
 * @param request the request
 */
export const isCached = <R extends NewRecord>(request: R): request is R & { cache: CacheLookup } =>
  request.cache !== undefined;

/** A record under the cache, with its sealed contents. */
export type SealedCached = SealedRequest & { request: CachedRecord };

/** Statement that commits a group under the cache, with its settings. */
export type CachedStatement = Pick<AcceptStatement, 'place' | 'name' | 'extra' | 'initialState'> & {
  text: string;
};

/** Accepts a group whose leaders wait to be claimed. */
export const ACCEPT_CACHED_ONLY: CachedStatement = {
  place: 'accept',
  name: 'requests-accept-cached',
  text: ACCEPT_CACHED,
  extra: [],
  initialState: { status: 'queued', attempts: 0 },
};

interface AcceptedRow {
  [column: string]: unknown;
  id: string;
  status: RequestStatus;
  created_at: Date;
  follows: boolean;
  cache_age: number | null;
}

/**
 * Accepts those requests of a group whose answer is in the cache. It takes no lock: a request whose answer
 * comes a moment later is found by `acceptCached`.
 *
 * @param pool the database
 * @param requests the group, in the order of `compareKeys`
 * @returns one outcome per request, in their order; null for one that has to be accepted with its payload
 * @throws UncertainCommit when the connection was lost during the commit, DatabaseError when nothing was
 *   committed
 */
export async function acceptHits(
  pool: Pool,
  requests: readonly CachedRecord[],
): Promise<(Acceptance | null)[]> {
  return onConnection(pool, async (client) => {
    failpoint('accept.before');
    const rows = await run<AcceptedRow>(
      client,
      { name: 'requests-accept-hits', text: ACCEPT_HITS },
      [
        ...recordParametersOf(requests),
        pgArrayLiteral(requests.map(({ sdkRetry }) => sdkRetry)),
        ...lookupsOf(requests),
      ],
    );
    failpoint('accept.after');
    const byId = new Map(rows.map((row) => [row.id, row]));
    // A record with the same idempotency key may have kept a hit from being written.
    const named = requests.filter((one) => one.idempotencyKey !== null && !byId.has(one.id));
    const existing = new Map<string, Acceptance | null>();
    if (named.length > 0) {
      const outcomes = await outcomesOfExisting(client, named);
      named.forEach(({ id }, index) => existing.set(id, outcomes[index] ?? null));
    }
    return requests.map((request) => {
      const row = byId.get(request.id);
      return row === undefined ? (existing.get(request.id) ?? null) : toAcceptance(request, row);
    });
  });
}

/**
 * Commits a group of requests under the cache, once. Of identical requests one runs, and the others follow it.
 *
 * @param pool the database
 * @param items the group, in the order of `compareKeys`
 * @param how the statement
 * @returns the outcome of each, in their order
 * @throws UncertainCommit when the connection was lost during the commit, DatabaseError when nothing was
 *   committed
 */
export async function acceptCached(
  pool: Pool,
  items: readonly SealedCached[],
  how: CachedStatement,
): Promise<Acceptance[]> {
  const requests = items.map(({ request }) => request);
  return onConnection(pool, async (client) => {
    failpoint(`${how.place}.before`);
    const { rows, hasRoom } = requests.some(isBounded)
      ? await insertBounded(client, items, how)
      : { rows: await insertCached(client, items, how), hasRoom: null };
    failpoint(`${how.place}.after`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const left = requests.filter(({ id }) => !byId.has(id));
    const existing = left.length === 0 ? [] : await outcomesOfExisting(client, left);
    return requests.map((request, index) => {
      const row = byId.get(request.id);
      if (row !== undefined) {
        return toAcceptance(request, row, how);
      }
      const outcome = existing[left.indexOf(request)];
      if (outcome == null && hasRoom?.[index] === false) {
        return { kind: 'full' };
      }
      if (outcome == null) {
        // The winner was deleted in between. The group is sent again, as after a conflict of statements.
        throw new DatabaseError('conflict', null);
      }
      return outcome;
    });
  });
}

/** Writes a group in which the open requests of a project are bounded. Keys are locked first, as everywhere. */
async function insertBounded(
  client: Queryable,
  items: readonly SealedCached[],
  how: CachedStatement,
): Promise<{ rows: AcceptedRow[]; hasRoom: boolean[] }> {
  const requests = items.map(({ request }) => request);
  try {
    await client.query(beginWithCacheKeys(cacheLocksOf(requests.map(({ cache }) => cache.key))));
    const hasRoom = await takeOpenRoom(client, requests);
    const fitting = items.filter((_, index) => hasRoom[index]);
    const rows = fitting.length === 0 ? [] : await insertCached(client, fitting, how);
    await giveBackOpenRoom(client, notOpened(fitting, rows));
    await client.query('COMMIT');
    return { rows, hasRoom };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function insertCached(
  client: Queryable,
  items: readonly SealedCached[],
  { name, text, extra }: CachedStatement,
): Promise<AcceptedRow[]> {
  const requests = items.map(({ request }) => request);
  const locks = cacheLocksOf(requests.map(({ cache }) => cache.key));
  return run<AcceptedRow>(client, { name, text }, [
    ...parametersOf(items),
    ...lookupsOf(requests),
    pgArrayLiteral(locks.map(String)),
    ...extra,
  ]);
}

/** The requests that are not open: they were there already, or have got an answer at once. */
function notOpened(items: readonly SealedRequest[], rows: readonly AcceptedRow[]): NewRecord[] {
  const opened = new Set(rows.filter(({ status }) => status !== 'completed').map(({ id }) => id));
  return items.map(({ request }) => request).filter(({ id }) => !opened.has(id));
}

/**
 * The locks of keys, in the one order in which every process takes them.
 *
 * @param keys the keys
 */
export function cacheLocksOf(keys: readonly Buffer[]): bigint[] {
  const locks = [...new Set(keys.map((key) => key.readBigInt64BE()))];
  return locks.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function lookupsOf(requests: readonly CachedRecord[]): unknown[] {
  return [
    pgArrayLiteral(requests.map(({ cache }) => cache.key.toString('hex'))),
    pgArrayLiteral(requests.map(({ cache }) => cache.ttlS)),
  ];
}

function toAcceptance(
  { id, model }: NewRecord,
  { status, created_at: createdAt, follows, cache_age: age }: AcceptedRow,
  { initialState }: Pick<CachedStatement, 'initialState'> = ACCEPT_CACHED_ONLY,
): Acceptance {
  const leads = age === null && !follows;
  return {
    kind: 'accepted',
    request: {
      ...{ id, status, model, attempts: leads ? initialState.attempts : 0, createdAt },
      ...(age !== null && { cacheAgeS: age }),
      ...(follows && { follows }),
    },
    // One that leads and is queued needs a worker that claims it.
    notified: leads && status === 'queued' ? undefined : true,
  };
}
