import type { RequestPolicy } from '@reqrun/retry-policy';
import { randomBytes } from 'node:crypto';

import type { RequestMode } from '@reqrun/contracts';
import { type Pool, type Queryable, run } from '@reqrun/platform/database';

import { failpoint } from '@reqrun/platform/failpoints';

import type { Tenant } from './control.js';
import type { AnsweredBy, DispatchCaller } from './dispatch.js';
import type { NewRequest } from './new-request.js';
import {
  CLAIM_AT_PLACES,
  CLAIM_DUE,
  CLAIM_IN_LANES,
  FIND_PLACES,
  MOVE_ON,
} from '../sql/transitions/index.js';

/** A response that runs in the background at a provider. */
export interface RunningResponse {
  /** Its id at the provider. */
  readonly id: string;
  /** Hash of the base URL and the credential of the call that began it. */
  readonly target: string;
  /** Number of the log that its frames are in, which is to be written on; absent where there is none. */
  readonly log?: number | undefined;
}

/** A request that a worker owns until it finishes, releases or loses it. */
export interface Claim {
  id: string;
  projectId: string;
  mode: RequestMode;
  endpoint: string;
  model: string;
  /** Fence of the claim. A worker with an older one has lost the request. */
  fence: number;
  /** Number of the attempt, from 1 over all rounds. */
  attempt: number;
  /** Number n in the provider call's Idempotency-Key. The number of a lost attempt is used again. */
  callNumber: number;
  round: number;
  policy: RequestPolicy;
  /** Index of the model in the policy's plan; 0 where there is no plan. */
  planAt: number;
  /** Number of failed attempts of this round that count against the retries. */
  retriesUsed: number;
  /** Number of them that time alone does not fix; counted only where the policy says `untilDeadline`. */
  boundedFailures: number;
  msUntilDeadline: number;
  /** Time from due to claimed, in ms. */
  claimLagMs: number;
  /** The sealed payload; null when it is gone, or large. */
  ciphertext: Buffer | null;
  /** Length of the sealed payload, in bytes; 0 when it is gone, or is in `content`. */
  sealedBytes: number;
  /** The payload of a directly dispatched request; `ciphertext` is null then. */
  content?: Pick<NewRequest, 'headers' | 'body' | 'fallbackParams' | 'trace'> | undefined;
  /** The response that a lost attempt has left running at the provider; absent where there is none. */
  response?: RunningResponse | undefined;
  /** Its lane in trouble, as it was claimed from it; absent where the lane is well. */
  lane?: LanePlace;
  /** True when its lane, or that of its provider, counts what was claimed. */
  isCounted?: boolean;
  /** The API process that dispatched it directly and receives its end. */
  caller?: DispatchCaller;
}

/** Place of a request in the lane from which it was claimed. */
export interface LanePlace {
  /** Generation of the lane. */
  readonly generation: number;
  /** Number of calls that all workers have claimed of it, with this one. */
  readonly started: number;
}

/**
 * The model and the provider that the answer of an attempt is from.
 *
 * @param claim the attempt
 * @param provider name of the provider that was called; null where none could be
 */
export const answeredByOf = (
  { model, planAt, policy }: Claim,
  provider: string | null,
): AnsweredBy => ({
  model: policy.plan?.[planAt]?.name ?? model,
  provider,
  fallback: planAt,
});

interface ClaimRow {
  id: string;
  project_id: string;
  mode: RequestMode;
  endpoint: string;
  model: string;
  fence: number;
  attempts: number;
  call_number: number;
  round: number;
  policy: RequestPolicy;
  plan_at: number;
  retries_used: number;
  bounded_failures: number;
  ms_until_deadline: number;
  claim_lag_ms: number;
  ciphertext: Buffer | null;
  sealed_bytes: number;
  response: readonly [id: string, target: string, log: string | null] | null;
  /** Generation of its lane; only of a claim in lanes, null where the lane is well. */
  generation?: number | null;
  /** Its lane, and the calls that were claimed of it before this claim; only of a claim in lanes. */
  lane?: string | null;
  started_before?: number | null;
  /** True when it was claimed from a lane; only of a claim in lanes. */
  in_lane?: boolean;
}

/** Largest sum of payloads of one claim, in bytes; one request may exceed it. A full claim may be cut. */
export const MAX_CLAIM_BYTES = 16 * 1024 * 1024;

/**
 * Claims due requests, oldest first, and commits their attempts, all in one statement.
 *
 * @param pool the database
 * @param workerId UUID of the worker that will own them
 * @param limit largest number of requests
 * @param leaseMs duration of the lease, in ms
 * @throws DatabaseError
 */
export async function claimDue(
  pool: Pool,
  workerId: string,
  limit: number,
  leaseMs: number,
): Promise<Claim[]> {
  failpoint('claim.before');
  const values = [workerId, limit, leaseMs, MAX_CLAIM_BYTES];
  const rows = await run<ClaimRow>(pool, { name: 'requests-claim', text: CLAIM_DUE }, values);
  failpoint('claim.after');
  return rows.map(toClaim);
}

/** A line in which requests wait: those of one project, mode, API key, provider and model. */
export interface Place extends Tenant {
  /** Hash of the API key, as text. */
  readonly key: string;
  /** Hash of the provider and the model, as text. */
  readonly model: string;
  /** UUID of the provider as the plan names it; empty for the default one. */
  readonly provider: string;
}

/**
 * Moves waiting requests on to the next model of their plan, as far as they have one. No attempt is made for it.
 *
 * @param pool the database
 * @param places places of lanes that are open
 * @returns number of requests that were moved
 * @throws DatabaseError
 */
export async function moveOn(pool: Pool, places: readonly Place[]): Promise<number> {
  const moved = await run(pool, { name: 'requests-move-on', text: MOVE_ON }, [
    places.map(({ projectId }) => projectId),
    places.map(({ mode }) => mode),
    places.map(({ key }) => key),
    places.map(({ model }) => model),
    MOVED_AT_ONCE,
  ]);
  return moved.length;
}

/** A place, and how many requests of it a claim may take. */
export interface PlaceShare {
  readonly place: Place;
  readonly share: number;
  /** UUID of its lane, where that is in trouble. */
  readonly lane?: string | undefined;
  /** UUID of the lane of its provider as a whole, where somebody has set one. */
  readonly whole?: string | undefined;
}

/** Places with due requests. */
export interface FoundPlaces {
  places: Place[];
  /** UUID of the project at which the next look begins; null when this one has seen all places. */
  reached: string | null;
}

const NO_PROJECT = '00000000-0000-0000-0000-000000000000';
/** Requests of a place that are looked at for a fallback at once. */
const MOVED_AT_ONCE = 256;
/** Largest number of places that one look finds. */
const MOST_PLACES = 1_024;

/**
 * Finds the places that have due requests, in no particular order.
 *
 * @param pool the database
 * @param from UUID of the project to begin at; null for the first one
 * @throws DatabaseError
 */
export async function findPlaces(pool: Pool, from: string | null): Promise<FoundPlaces> {
  const rows = await run<{
    project_id: string;
    mode: RequestMode;
    key: string;
    model: string;
    provider: string;
    is_due: boolean | null;
  }>(pool, { name: 'requests-places', text: FIND_PLACES }, [
    from ?? NO_PROJECT,
    randomBytes(8).readBigInt64LE().toString(),
    MOST_PLACES,
  ]);
  const last = rows.length === MOST_PLACES ? rows.at(-1) : undefined;
  return {
    places: rows
      .filter(({ is_due: isDue }) => isDue === true)
      .map(({ project_id: projectId, mode, key, model, provider }) => ({
        ...{ projectId, mode, key, model, provider },
      })),
    reached: last?.project_id ?? null,
  };
}

/**
 * Claims due requests like {@link claimDue}, but at places, in their order: oldest first only within a place. Those of
 * lanes in trouble are claimed only as far as these have room.
 *
 * @param pool the database
 * @param workerId UUID of the worker that will own them
 * @param limit largest number of requests
 * @param leaseMs duration of the lease, in ms
 * @param shares the places
 * @throws DatabaseError
 */
export async function claimAtPlaces(
  pool: Queryable,
  workerId: string,
  limit: number,
  leaseMs: number,
  shares: readonly PlaceShare[],
): Promise<Claim[]> {
  failpoint('claim.before');
  const values = [
    ...[workerId, limit, leaseMs, MAX_CLAIM_BYTES],
    shares.map(({ place }) => place.projectId),
    shares.map(({ place }) => place.mode),
    shares.map(({ place }) => place.key),
    shares.map(({ place }) => place.model),
    shares.map(({ share }) => share),
  ];
  const claiming = shares.some(({ lane, whole }) => lane !== undefined || whole !== undefined)
    ? run<ClaimRow>(pool, { name: 'requests-claim-in-lanes', text: CLAIM_IN_LANES }, [
        ...values,
        shares.map(({ lane }) => lane ?? null),
        shares.map(({ whole }) => whole ?? null),
      ])
    : run<ClaimRow>(pool, { name: 'requests-claim-at-places', text: CLAIM_AT_PLACES }, values);
  const rows = await claiming;
  failpoint('claim.after');
  const claimed = new Map<string, number>();
  return rows.map((row) => {
    const claim = toClaim(row);
    if (row.lane == null || row.generation == null) {
      return claim;
    }
    const started = (claimed.get(row.lane) ?? row.started_before ?? 0) + 1;
    claimed.set(row.lane, started);
    return { ...claim, lane: { generation: row.generation, started } };
  });
}

function toClaim(row: ClaimRow): Claim {
  return {
    id: row.id,
    projectId: row.project_id,
    mode: row.mode,
    endpoint: row.endpoint,
    model: row.model,
    fence: row.fence,
    attempt: row.attempts,
    callNumber: row.call_number,
    round: row.round,
    policy: row.policy,
    planAt: row.plan_at,
    retriesUsed: row.retries_used,
    boundedFailures: row.bounded_failures,
    msUntilDeadline: row.ms_until_deadline,
    claimLagMs: row.claim_lag_ms,
    ciphertext: row.ciphertext,
    sealedBytes: row.sealed_bytes,
    response: row.response === null ? undefined : toRunningResponse(row.response),
    ...(row.in_lane === true && { isCounted: true }),
  };
}

const toRunningResponse = ([id, target, log]: NonNullable<
  ClaimRow['response']
>): RunningResponse => ({ id, target, ...(log !== null && { log: Number(log) }) });
