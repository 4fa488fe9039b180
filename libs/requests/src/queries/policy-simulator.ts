import { SIMULATOR_PROVIDER } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import { type Pool, run, toDatabaseError } from '@reqrun/platform/database';
import {
  type PolicyChange,
  PolicySimulation,
  type RecordedAttempt,
  type RecordedRequest,
  type RequestPolicy,
  type SimulationCounts,
} from '@reqrun/retry-policy';

import type { Tenant } from '../lifecycle/control.js';
import { READ_FOR_SIMULATION } from '../sql/simulation.js';

/** Largest number of requests that a simulation counts: the newest ones. */
export const MAX_SIMULATED_REQUESTS = 20_000;
/** Longest range of a simulation, in ms. */
export const MAX_SIMULATION_RANGE_MS = 31 * 86_400_000;
/** Largest number of requests that are read, where most of them are of other models. */
const MAX_READ_REQUESTS = 100_000;
/** Largest number of attempts that are read. A request may have been retried for days. */
const MAX_READ_ATTEMPTS = 100_000;
/**
 * Requests per statement: so few that converting and replaying them holds up nobody. Between two statements the
 * connection and the event loop are free for others. Where few are of the model, more are read at once.
 */
const PAGE = 100;
const MAX_PAGE = 1_600;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Requests that a simulation is about: those accepted from one time on, and before another. */
export interface SimulationRange {
  tenant: Tenant;
  from: Date;
  to: Date;
  /** The model that was asked for; any where it is missing. */
  model?: string;
}

/** Limits that tests set lower. */
export interface SimulationLimits {
  requests: number;
  read: number;
  attempts: number;
}

/** Result of a simulation, with how much of the range it is about. */
export interface PolicySimulationResult extends SimulationCounts {
  /** Requests that were looked at, also those that can't be replayed. */
  requests: number;
  /** Whether there are older ones in the range, which were not looked at. */
  capped: boolean;
}

/** An attempt as the statement has it. */
type AttemptColumns = readonly [
  model: string,
  provider: string | null,
  startMs: number,
  endMs: number | null,
  outcome: string,
  httpStatus: number | null,
  errorCode: string | null,
  errorDetail: string | null,
  decision: string | null,
  reason: string | null,
  delayMs: number | null,
  delaySource: string | null,
];

interface Row {
  [column: string]: unknown;
  id: string;
  created_at: string;
  status: string;
  round: number;
  matches: boolean;
  /** Number of requests on the page, also of those that it leaves out. */
  page_rows: number;
  duration_ms: number | null;
  model: string | null;
  /** JSON. */
  policy: string | null;
  attempts: readonly AttemptColumns[] | null;
}

/** Counts how requests that have ended would have ended under another policy. It reads no contents. */
export class PolicySimulator {
  /**
   * @param pool connections that no accepted request waits for
   * @param limits how much is read at most
   */
  constructor(
    private readonly pool: Pool,
    private readonly limits: SimulationLimits = {
      requests: MAX_SIMULATED_REQUESTS,
      read: MAX_READ_REQUESTS,
      attempts: MAX_READ_ATTEMPTS,
    },
  ) {}

  /**
   * Simulates a policy.
   *
   * @param range the requests
   * @param change what would have been different
   * @param signal ends it between two statements when nobody waits for the result
   * @throws DatabaseError
   */
  async run(
    range: SimulationRange,
    change: PolicyChange,
    signal?: AbortSource,
  ): Promise<PolicySimulationResult> {
    const simulation = new PolicySimulation(change);
    const policyOf = policyReader();
    const { limits } = this;
    let [requests, read, attempts, size] = [0, 0, 0, PAGE];
    let from: readonly [time: string, id: string] = [range.to.toISOString(), FIRST_ID];
    for (;;) {
      const rows = await this.page(range, from, size);
      const before = requests;
      for (const row of rows) {
        if (requests >= limits.requests || read >= limits.read || attempts >= limits.attempts) {
          return { ...simulation.result(), requests, capped: true };
        }
        requests += row.matches ? 1 : 0;
        attempts += row.attempts?.length ?? 0;
        const request = row.policy === null ? null : toRecorded(row, policyOf(row.policy));
        if (request !== null) {
          simulation.add(request);
        }
      }
      const last = rows.at(-1);
      if (last === undefined || last.page_rows < size || signal?.aborted === true) {
        return { ...simulation.result(), requests, capped: false };
      }
      read += last.page_rows;
      size = requests - before < PAGE / 4 ? Math.min(2 * size, MAX_PAGE) : PAGE;
      from = [last.created_at, last.id];
    }
  }

  private async page(
    { tenant, from, model }: SimulationRange,
    [time, id]: readonly [string, string],
    size: number,
  ): Promise<Row[]> {
    try {
      return await run<Row>(this.pool, { name: 'requests-simulation', text: READ_FOR_SIMULATION }, [
        tenant.projectId,
        tenant.mode,
        from,
        time,
        id,
        size,
        model ?? null,
      ]);
    } catch (error) {
      throw toDatabaseError(error);
    }
  }
}

/** Reads policies. Most requests of a project have the same one, which is parsed once. */
function policyReader(): (json: string) => RequestPolicy {
  let [known, policy]: [string, RequestPolicy | null] = ['', null];
  return (json) => {
    if (policy === null || json !== known) {
      [known, policy] = [json, JSON.parse(json) as RequestPolicy];
    }
    return policy;
  };
}

/** Converts a row to a recorded request; null where it can't be replayed. */
function toRecorded(row: Row, policy: RequestPolicy): RecordedRequest | null {
  const { model, duration_ms: durationMs } = row;
  const attempts = (row.attempts ?? []).flatMap(toAttempt);
  const last = attempts.at(-1);
  if (
    model === null ||
    durationMs === null ||
    last === undefined ||
    attempts.length !== row.attempts?.length
  ) {
    return null;
  }
  const request = { policy, model, attempts };
  return row.round === 1
    ? { ...request, durationMs, ended: row.status === 'completed' ? 'completed' : 'failed' }
    : // A later round was opened, so the first one has failed.
      { ...request, durationMs: last.endMs, ended: 'failed' };
}

const REPLAYED: ReadonlySet<string> = new Set<RecordedAttempt['outcome']>([
  'succeeded',
  'failed',
  'lost',
  'released',
]);

/** Converts an attempt; nothing for one that runs, or was canceled. */
function toAttempt(columns: AttemptColumns): RecordedAttempt[] {
  const [model, provider, startMs, endMs, outcome, httpStatus, errorCode, errorDetail] = columns;
  const [, , , , , , , , decision, reason, delayMs, delaySource] = columns;
  return endMs === null || !REPLAYED.has(outcome)
    ? []
    : [
        {
          model,
          // Test calls all go to the simulator, whatever provider they name.
          provider: provider === SIMULATOR_PROVIDER ? null : provider,
          ...{ startMs, endMs, httpStatus, errorCode, errorDetail },
          outcome: outcome as RecordedAttempt['outcome'],
          ...{ decision, reason, delayMs, delaySource },
        },
      ];
}
