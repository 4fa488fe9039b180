import type { Pool } from '@reqrun/platform/database';

import type { FaultRecord, Victim } from '../faults/fault.js';
import type { Ledger } from '../ledger.js';
import type { System } from '../system/system.js';
import type { Outage } from '../system/chaos-postgres.js';
import type { OwnEnd } from '../system/supervised.js';
import type { Footprint, Sample } from '../watch.js';

/** A record at the end of the run. */
export interface RequestRow {
  readonly id: string;
  readonly tag: string;
  readonly status: string;
  readonly round: number;
  readonly attempts: number;
  readonly idempotency_key: string | null;
  readonly on_lost: 'retry' | 'fail';
  readonly error_code: string | null;
  readonly created_at: Date;
  /** Id of the request whose answer this one got from the cache; null for none. */
  readonly cached_from: string | null;
}

/** An attempt at the end of the run. */
export interface AttemptRow {
  readonly id: string;
  readonly number: number;
  readonly round: number;
  readonly call_number: number;
  readonly worker_id: string;
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly outcome: string;
  readonly http_status: number | null;
  readonly error_code: string | null;
  readonly provider_request_id: string | null;
  readonly decision: string | null;
}

/** A change of a record's state, as noted by the trigger. */
export interface Transition {
  readonly id: string;
  readonly n: number;
  readonly at: Date;
  readonly xact: string;
  readonly old_status: string | null;
  readonly new_status: string;
  readonly old_round: number | null;
  readonly new_round: number;
  readonly old_fence: number | null;
  readonly new_fence: number;
}

/** A write of a result, as noted by the trigger. */
export interface ResultWrite {
  readonly id: string;
  readonly xact: string;
  readonly round: number | null;
}

/** A log of a stream at the end of the run. */
export interface StoredLog {
  readonly id: string;
  readonly log: number;
  /** True when its frames are the result. */
  readonly isResult: boolean;
  /** Frames that a reader is shown, by their ids. */
  readonly shown: ReadonlyMap<string, string>;
}

/** A provider call, as noted by the provider. */
export interface ProviderCall {
  readonly time: string;
  readonly request_id: string | null;
  readonly key_number: number | null;
  readonly step: string;
}

/** Evidence of a run, from outside and from the database. */
export interface Evidence {
  readonly ledger: Ledger;
  readonly faults: readonly FaultRecord[];
  readonly outages: readonly Outage[];
  readonly samples: readonly Sample[];
  readonly footprints: {
    readonly before: readonly Footprint[];
    readonly after: readonly Footprint[];
  };
  /** Processes that ended without a signal of the harness. */
  readonly ownEnds: readonly OwnEnd[];
  /** Time from the last fault until no request was open, in ms; null for never. */
  readonly drainedAfterMs: number | null;
  readonly requests: ReadonlyMap<string, RequestRow>;
  readonly attempts: ReadonlyMap<string, readonly AttemptRow[]>;
  readonly transitions: ReadonlyMap<string, readonly Transition[]>;
  readonly results: ReadonlyMap<string, readonly ResultWrite[]>;
  /** Changes of attempts that had already ended. */
  readonly rewrites: readonly {
    id: string;
    number: number;
    old_outcome: string;
    new_outcome: string;
  }[];
  readonly calls: ReadonlyMap<string, readonly ProviderCall[]>;
  /** Names of processes by worker id. */
  readonly workers: ReadonlyMap<string, string>;
  /** Logs of the streams that clients read, by the id of the request, at rest. */
  readonly logs: ReadonlyMap<string, readonly StoredLog[]>;
  /** Places at which a prompt was found, although they must not contain one. */
  readonly leaks: readonly string[];
}

/** A guarantee that is checked against the evidence. */
export interface Check {
  readonly name: string;
  /** @returns violations, one line each */
  readonly run: (evidence: Evidence) => string[];
}

const ID = `'rr_' || replace(%::text, '-', '')`;
const idOf = (column: string): string => ID.replace('%', column);

/**
 * Reads the evidence of the database and the provider.
 *
 * @param system the system under test
 */
export async function readDatabase(
  system: System,
): Promise<
  Pick<Evidence, 'requests' | 'attempts' | 'transitions' | 'results' | 'rewrites' | 'calls'>
> {
  const { pool } = system;
  const requests = await rows<RequestRow>(
    pool,
    `SELECT ${idOf('id')} AS id, coalesce(metadata->>'chaos', '') AS tag, status, round, attempts,
            idempotency_key, on_lost, error_code, created_at, ${idOf('cached_from')} AS cached_from
     FROM requests`,
  );
  const attempts = await rows<AttemptRow>(
    pool,
    `SELECT ${idOf('request_id')} AS id, number, round, call_number, worker_id, started_at, ended_at,
            outcome, http_status, error_code, provider_request_id, decision
     FROM attempts ORDER BY request_id, number`,
  );
  const transitions = await rows<Transition>(
    pool,
    `SELECT ${idOf('request_id')} AS id, n::float8 AS n, at, xact::text AS xact, old_status, new_status,
            old_round, new_round, old_fence, new_fence FROM chaos.transitions ORDER BY n`,
  );
  const results = await rows<ResultWrite>(
    pool,
    `SELECT ${idOf('request_id')} AS id, xact::text AS xact, round FROM chaos.results ORDER BY n`,
  );
  const lines = (await system.callLines()).split('\n').filter((line) => line !== '');
  const calls = lines.map((line) => JSON.parse(line) as ProviderCall);
  return {
    requests: new Map(requests.map((row) => [row.id, row])),
    attempts: grouped(attempts, ({ id }) => id),
    transitions: grouped(transitions, ({ id }) => id),
    results: grouped(results, ({ id }) => id),
    rewrites: await rows(
      pool,
      `SELECT ${idOf('request_id')} AS id, number, old_outcome, new_outcome FROM chaos.rewrites`,
    ),
    calls: grouped(calls, ({ request_id }) => request_id ?? 'without a key'),
  };
}

/** Time for which a fault has effects after its end, such as a lease that has to expire. */
const AFTERMATH_MS = 5_000;

/**
 * Returns the faults that touched one of the victims in a period.
 *
 * @param evidence evidence with the recorded faults
 * @param from start of the period, in Unix ms
 * @param until end of the period, in Unix ms
 * @param victims the victims, of which one is enough
 */
export function faultsAround(
  { faults }: Pick<Evidence, 'faults'>,
  from: number,
  until: number,
  victims: readonly Victim[],
): readonly FaultRecord[] {
  return faults.filter(
    (fault) =>
      fault.startedAt <= until &&
      fault.endedAt + AFTERMATH_MS >= from &&
      fault.victims.some((victim) => victims.includes(victim)),
  );
}

/** Groups items by a key. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [item]);
    } else {
      group.push(item);
    }
  }
  return groups;
}

async function rows<Row extends object>(pool: Pool, text: string): Promise<Row[]> {
  return (await pool.query<Row>(text)).rows;
}
