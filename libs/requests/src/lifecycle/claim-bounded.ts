import type { RequestMode } from '@reqrun/contracts';
import { inTransaction, type Pool, type Queryable, run } from '@reqrun/platform/database';

import { COUNT_CALLS, LOCK_CALLS, READ_CALL_BOUNDS } from '../sql/transitions/index.js';
import { type Claim, claimAtPlaces, type PlaceShare } from './claim.js';
import type { Tenant } from './control.js';

/** Most calls at once of the live requests of a project, and of its test requests; by project. */
export type CallBounds = ReadonlyMap<string, number>;

/** Requests that were claimed under bounds. */
export interface BoundedClaim {
  readonly claims: Claim[];
  /** True when a bound has left requests waiting. */
  readonly isHeldBack: boolean;
}

/**
 * Reads which projects bound their calls at once.
 *
 * @param pool the database
 * @throws DatabaseError
 */
export async function readCallBounds(pool: Pool): Promise<CallBounds> {
  const statement = { name: 'call-bounds', text: READ_CALL_BOUNDS };
  const rows = await run<{ id: string; calls: number }>(pool, statement, []);
  return new Map(rows.map(({ id, calls }) => [id, calls] as const));
}

/**
 * Claims like {@link claimAtPlaces}, but no more of a project than its bound allows, whatever other workers claim at the
 * same time. Requests above it keep waiting.
 *
 * @param pool the database
 * @param bounds the bounds
 * @param workerId UUID of the worker that will own them
 * @param limit largest number of requests
 * @param leaseMs duration of the lease, in ms
 * @param shares the places
 * @throws DatabaseError
 */
export async function claimBounded(
  pool: Pool,
  bounds: CallBounds,
  workerId: string,
  limit: number,
  leaseMs: number,
  shares: readonly PlaceShare[],
): Promise<BoundedClaim> {
  const tenants = [
    ...new Map(
      shares
        .filter(({ place }) => bounds.has(place.projectId))
        .map(({ place }) => [keyOf(place), place] as const),
    ).values(),
  ];
  if (tenants.length === 0) {
    return {
      claims: await claimAtPlaces(pool, workerId, limit, leaseMs, shares),
      isHeldBack: false,
    };
  }
  return inTransaction(pool, async (on) => {
    const rooms = await roomsOf(on, bounds, tenants);
    let isHeldBack = false;
    const fitting = shares.flatMap((one): PlaceShare[] => {
      const room = bounds.has(one.place.projectId) ? (rooms.get(keyOf(one.place)) ?? 0) : Infinity;
      const share = Math.min(one.share, room);
      isHeldBack ||= share < one.share;
      rooms.set(keyOf(one.place), room - share);
      return share > 0 ? [{ ...one, share }] : [];
    });
    const claims =
      fitting.length === 0 ? [] : await claimAtPlaces(on, workerId, limit, leaseMs, fitting);
    return { claims, isHeldBack };
  });
}

/** Calls that may begin, by tenant; none where another worker claims at this moment. */
async function roomsOf(
  on: Queryable,
  bounds: CallBounds,
  tenants: readonly Tenant[],
): Promise<Map<string, number>> {
  const locked = await run<{ project_id: string; mode: RequestMode }>(
    on,
    { name: 'calls-lock', text: LOCK_CALLS },
    [tenants.map(({ projectId }) => projectId), tenants.map(({ mode }) => mode)],
  );
  const running = await run<{ project_id: string; mode: RequestMode; running: number }>(
    on,
    { name: 'calls-count', text: COUNT_CALLS },
    [locked.map((one) => one.project_id), locked.map(({ mode }) => mode)],
  );
  const rooms = new Map(
    locked.map((one) => {
      const tenant = { projectId: one.project_id, mode: one.mode };
      return [keyOf(tenant), bounds.get(tenant.projectId) ?? 0] as const;
    }),
  );
  for (const one of running) {
    const key = keyOf({ projectId: one.project_id, mode: one.mode });
    rooms.set(key, Math.max(0, (rooms.get(key) ?? 0) - one.running));
  }
  return rooms;
}

const keyOf = ({ projectId, mode }: Tenant): string => `${projectId}/${mode}`;
