import { createHash } from 'node:crypto';

import { inTransaction, type Pool, run, type Statement } from '@reqrun/platform/database';
import { advance, type CallReport, isForgotten, type LaneState } from '@reqrun/retry-policy';

import { ADD_LANES, DELETE_LANES, LOCK_LANES, READ_LANES, WRITE_LANES } from '../sql/lanes.js';
import { type Lane, type LaneName, type LaneRow, toColumns, toLane } from './lane-row.js';

/** Calls of a lane that have ended. */
export interface LaneReport {
  readonly lane: LaneName;
  readonly calls: readonly CallReport[];
}

/** A way to run statements of lanes, in a transaction. */
export type RunLanes = <Row extends Record<string, unknown>>(
  statement: Statement,
  values: unknown[],
) => Promise<Row[]>;

/** Lanes at a time of the database. */
export interface ReadLanes {
  lanes: Lane[];
  /** The time, Unix ms. */
  nowMs: number;
}

const UUID_PARTS = /^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/;

/**
 * Returns the id of a lane.
 *
 * @param providerId UUID of the provider
 * @param model model as the provider is asked for it
 */
export const laneId = (providerId: string, model: string): string =>
  createHash('sha256')
    .update(`${providerId}\0${model}`)
    .digest('hex')
    .replace(UUID_PARTS, '$1-$2-$3-$4-$5');

/**
 * Reads all lanes that have a row.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function readLanes(pool: Pool): Promise<ReadLanes> {
  const rows = await run<LaneRow>(pool, { name: 'lanes', text: READ_LANES }, []);
  return { lanes: rows.map(toLane), nowMs: rows[0]?.now ?? Date.now() };
}

/**
 * Advances lanes by calls that have ended. A lane that has no row gets one.
 *
 * @param pool the database
 * @param reports the calls, by lane; none where only time has passed
 * @param random number in [0, 1)
 * @returns the lanes as they are now
 * @throws DatabaseError
 */
export async function reportCalls(
  pool: Pool,
  reports: readonly LaneReport[],
  random: number,
): Promise<Lane[]> {
  const calls = new Map<string, readonly CallReport[]>();
  for (const { lane, calls: own } of reports) {
    const id = laneId(lane.providerId, lane.model);
    calls.set(id, [...(calls.get(id) ?? []), ...own]);
  }
  return inTransaction(pool, async (connection) => {
    const on: RunLanes = (statement, values) => run(connection, statement, values);
    await addLanes(
      on,
      reports.filter((report) => report.calls.length > 0).map(({ lane }) => lane),
    );
    return changeLanes(on, [...calls.keys()], (lane, nowMs) =>
      advance(lane.state, calls.get(lane.id) ?? [], nowMs, random),
    );
  });
}

/**
 * Adds rows of lanes that have none.
 *
 * @param on a transaction
 * @param lanes the lanes
 * @throws DatabaseError
 */
export async function addLanes(on: RunLanes, lanes: readonly LaneName[]): Promise<void> {
  const byId = new Map(lanes.map((lane) => [laneId(lane.providerId, lane.model), lane]));
  const all = [...byId.values()];
  if (all.length > 0) {
    await on({ name: 'lanes-add', text: ADD_LANES }, [
      [...byId.keys()],
      all.map(({ projectId }) => projectId),
      all.map(({ providerId }) => providerId),
      all.map(({ model }) => model),
      all.map(({ isDefault }) => isDefault),
    ]);
  }
}

/**
 * Changes lanes under their locks.
 *
 * @param on a transaction
 * @param ids the lanes; those without a row are left out
 * @param change returns the new state, or the same where nothing changes
 * @returns the lanes as they are then
 * @throws DatabaseError
 */
export async function changeLanes(
  on: RunLanes,
  ids: readonly string[],
  change: (lane: Lane, nowMs: number) => LaneState,
): Promise<Lane[]> {
  const rows = await on<LaneRow>({ name: 'lanes-lock', text: LOCK_LANES }, [ids]);
  const written: Record<string, unknown>[] = [];
  const forgotten: string[] = [];
  const lanes: Lane[] = [];
  for (const row of rows) {
    const lane = toLane(row);
    const state = change(lane, row.now);
    if (isForgotten(state, row.now)) {
      forgotten.push(lane.id);
      continue;
    }
    if (state !== lane.state) {
      written.push(toColumns(lane.id, state));
    }
    lanes.push({ ...lane, state });
  }
  if (written.length > 0) {
    const statement = { name: 'lanes-write', text: WRITE_LANES };
    await on(statement, [JSON.stringify(written)]);
  }
  if (forgotten.length > 0) {
    await on({ name: 'lanes-forget', text: DELETE_LANES }, [forgotten]);
  }
  return lanes;
}
