import { type SqlRunner, toDatabaseError } from '@reqrun/platform/database';
import { BY_HAND, type LaneState, startByHand } from '@reqrun/retry-policy';

import { LIST_LANES } from '../sql/lane-waits.js';
import { FIND_LANES_OF, RENEW_DEFAULTS } from '../sql/lanes.js';
import { type Lane, type LaneName, type LaneRow, toLane } from './lane-row.js';
import { addLanes, changeLanes, laneId, type RunLanes } from './lane-store.js';

/** A lane as people see it. */
export interface LaneOverview {
  readonly lane: Lane;
  /** Name of its provider. */
  readonly provider: string;
  /** Calls per second that may begin at present; null where it is not paced. */
  readonly rate: number | null;
  /** Requests that are due and wait for it, counted up to 1,000. */
  readonly waiting: number;
  /** Calls under way. */
  readonly running: number;
}

interface OverviewRow extends LaneRow {
  provider: string;
  rate_now: number | null;
  waiting: number;
  running: number;
}

/** Change of a lane by a person. */
export type LaneChange = (state: LaneState, nowMs: number) => LaneState;

/** Lanes as people see and change them, on the connections of the admin API. */
export class LanesByHand {
  private readonly run: RunLanes;

  /** @param on the database, or a transaction on one of its connections */
  constructor(private readonly on: SqlRunner) {
    this.run = async <Row>({ text }: { text: string }, values: unknown[]): Promise<Row[]> => {
      try {
        return (await this.on.query(text, values)).rows as Row[];
      } catch (error) {
        throw toDatabaseError(error);
      }
    };
  }

  /**
   * The same lanes inside a transaction.
   *
   * @param transaction where its statements run
   */
  within(transaction: SqlRunner): LanesByHand {
    return new LanesByHand(transaction);
  }

  /**
   * The lanes of a project that have a row: those in trouble, those that were within a day, and those that a person
   * has limited or stopped.
   *
   * @param projectId UUID of the project
   * @throws DatabaseError
   */
  async list(projectId: string): Promise<LaneOverview[]> {
    const rows = await this.run<OverviewRow>({ name: 'lanes-list', text: LIST_LANES }, [projectId]);
    return rows.map((row) => ({
      lane: toLane(row),
      provider: row.provider,
      rate: row.phase === 'paced' || row.phase === 'ramping' ? row.rate_now : null,
      waiting: row.waiting,
      running: row.running,
    }));
  }

  /**
   * Changes a lane, which gets a row if it has none. To be called in a transaction.
   *
   * @param lane the lane
   * @param change the change; its errors are thrown
   * @returns the lane's id
   * @throws DatabaseError
   */
  async change(lane: LaneName, change: LaneChange): Promise<string> {
    const id = laneId(lane.providerId, lane.model);
    await addLanes(this.run, [lane]);
    await changeLanes(this.run, [id], ({ state }, nowMs) => change(state, nowMs));
    return id;
  }

  /**
   * Lets the calls of a provider go on that were slowed or stopped for a cause that counts no more. What a person has
   * set stays. To be called in a transaction.
   *
   * @param providerId UUID of the provider
   * @param counts whether its limits and its failures count
   * @throws DatabaseError
   */
  async relieve(
    providerId: string,
    { limits, failures }: { limits: boolean; failures: boolean },
  ): Promise<void> {
    const statement = { name: 'lanes-of', text: FIND_LANES_OF };
    const rows = await this.run<{ id: string }>(statement, [providerId]);
    await changeLanes(
      this.run,
      rows.map(({ id }) => id),
      ({ state }, nowMs) => {
        const isForFailures = state.phase === 'open' || state.isStrained;
        const counts = isForFailures ? failures : limits;
        return counts || state.reason === BY_HAND ? state : startByHand(state, nowMs);
      },
    );
  }

  /**
   * Notes which provider of a project is the default one. To be called in the transaction that changes it.
   *
   * @param projectId UUID of the project
   * @throws DatabaseError
   */
  async renewDefaults(projectId: string): Promise<void> {
    await this.run({ name: 'lanes-defaults', text: RENEW_DEFAULTS }, [projectId]);
  }
}
