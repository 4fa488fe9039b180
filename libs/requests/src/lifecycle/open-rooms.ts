import type { RequestMode } from '@reqrun/contracts';
import { type Queryable, run } from '@reqrun/platform/database';

import { compareUuids } from '../sql/batch-parameters.js';
import {
  ADD_OPEN_ROOMS,
  COUNT_OPEN,
  GIVE_BACK_OPEN_ROOMS,
  LOCK_OPEN_ROOMS,
  WRITE_OPEN_ROOMS,
} from '../sql/transitions/index.js';
import type { NewRecord } from './new-request.js';

/** Requests of one project and mode that are to be accepted, whose open requests are bounded. */
interface Wish {
  readonly projectId: string;
  readonly mode: RequestMode;
  readonly bound: number;
  wanted: number;
}

interface RoomRow {
  [column: string]: unknown;
  project_id: string;
  mode: RequestMode;
  bound: number;
  room: number;
  may_count: boolean;
}

/** Part of the bound that must be free, so that the next count may follow at once. */
const NEARLY_FULL = 1 / 10;
/** Time between two counts of a project that is nearly full, in times of what a count takes. */
const COUNTS_APART = 10;

/**
 * Returns whether the open requests of its project are bounded.
 *
 * @param request the request
 */
export const isBounded = ({ maxOpen }: NewRecord): boolean => maxOpen !== undefined;

/**
 * Takes room for requests of projects whose open requests are bounded. The room is what a count has left: it is known
 * without another count until it is used up. So a large bound costs no more than a small one, and requests that have
 * ended since are found when they are needed. The rows stay locked until the transaction ends: no other process
 * accepts for these projects meanwhile, and the bound holds exactly.
 *
 * @param on a transaction that accepts the requests, and has locked none of them
 * @param requests the requests; those without a bound have room
 * @returns whether there is room for each, in their order
 * @throws DatabaseError
 */
export async function takeOpenRoom(
  on: Queryable,
  requests: readonly NewRecord[],
): Promise<boolean[]> {
  const wishes = wishesOf(requests);
  if (wishes.size === 0) {
    return requests.map(() => true);
  }
  const rows = await lock(on, [...wishes.values()]);
  const granted = new Map<string, number>();
  const written = [];
  for (const [key, { projectId, mode, bound, wanted }] of wishes) {
    const row = rows.get(key);
    // A count stops at its bound, so under another one it says nothing.
    const isKnown = row?.bound === bound;
    let room = isKnown ? row.room : 0;
    let waitMs: number | null = null;
    if (room < wanted && (!isKnown || row.may_count)) {
      const begun = performance.now();
      room = bound - (await countOpen(on, projectId, mode, bound));
      waitMs = room < bound * NEARLY_FULL ? COUNTS_APART * (performance.now() - begun) : 0;
    }
    const taken = Math.max(0, Math.min(wanted, room));
    granted.set(key, taken);
    written.push({ projectId, mode, bound, room: room - taken, waitMs });
  }
  await run(on, { name: 'open-rooms-write', text: WRITE_OPEN_ROOMS }, [
    written.map(({ projectId }) => projectId),
    written.map(({ mode }) => mode),
    written.map(({ bound }) => bound),
    written.map(({ room }) => room),
    written.map(({ waitMs }) => waitMs),
  ]);
  return requests.map((request) => {
    if (!isBounded(request)) {
      return true;
    }
    const left = granted.get(keyOf(request)) ?? 0;
    granted.set(keyOf(request), left - 1);
    return left > 0;
  });
}

/**
 * Gives back room of requests that were there already, or that ended at once.
 *
 * @param on the transaction that has taken it
 * @param unused the requests
 * @throws DatabaseError
 */
export async function giveBackOpenRoom(on: Queryable, unused: readonly NewRecord[]): Promise<void> {
  const wishes = [...wishesOf(unused).values()];
  if (wishes.length > 0) {
    await run(on, { name: 'open-rooms-give-back', text: GIVE_BACK_OPEN_ROOMS }, [
      wishes.map(({ projectId }) => projectId),
      wishes.map(({ mode }) => mode),
      wishes.map(({ wanted }) => wanted),
    ]);
  }
}

/** The wishes of a group, by project and mode, in the order of their keys. The latest bound counts. */
function wishesOf(requests: readonly NewRecord[]): Map<string, Wish> {
  const wishes = new Map<string, Wish>();
  for (const { projectId, mode, maxOpen } of requests) {
    if (maxOpen !== undefined) {
      const key = keyOf({ projectId, mode });
      const wanted = (wishes.get(key)?.wanted ?? 0) + 1;
      wishes.set(key, { projectId, mode, bound: maxOpen, wanted });
    }
  }
  return new Map([...wishes].sort(([a], [b]) => compareUuids(a, b)));
}

async function lock(on: Queryable, wishes: readonly Wish[]): Promise<Map<string, RoomRow>> {
  const keys = [wishes.map(({ projectId }) => projectId), wishes.map(({ mode }) => mode)];
  const statement = { name: 'open-rooms-lock', text: LOCK_OPEN_ROOMS };
  let rows = await run<RoomRow>(on, statement, keys);
  if (rows.length < wishes.length) {
    await run(on, { name: 'open-rooms-add', text: ADD_OPEN_ROOMS }, keys);
    rows = await run<RoomRow>(on, statement, keys);
  }
  return new Map(
    rows.map((row) => [keyOf({ projectId: row.project_id, mode: row.mode }), row] as const),
  );
}

async function countOpen(
  on: Queryable,
  projectId: string,
  mode: RequestMode,
  bound: number,
): Promise<number> {
  const values = [projectId, mode, bound];
  const [row] = await run<{ open: number }>(on, { name: 'open-count', text: COUNT_OPEN }, values);
  return row?.open ?? 0;
}

const keyOf = ({ projectId, mode }: Pick<NewRecord, 'projectId' | 'mode'>): string =>
  `${projectId}/${mode}`;
