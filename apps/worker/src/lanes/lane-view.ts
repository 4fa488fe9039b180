import type { Lane, NewRequest, Place } from '@reqrun/requests';
import { type LaneState, roomOf } from '@reqrun/retry-policy';

/** Provider and model that a request is meant for. */
export interface LaneTarget {
  readonly projectId: string;
  /** UUID of the provider that its plan names; null for the default one. */
  readonly providerId: string | null;
  readonly model: string;
}

const NO_LANES: ReadonlyMap<string, Lane> = new Map();

/** The lanes in trouble as a worker has last read them. */
export class LaneView {
  private byId: ReadonlyMap<string, Lane> = NO_LANES;
  /** By project and hash of the place. */
  private byPlace: ReadonlyMap<string, Lane> = NO_LANES;
  /** By project, provider and model. */
  private byTarget: ReadonlyMap<string, Lane> = NO_LANES;
  /** Providers as a whole, by project and provider; the default one under no name, too. */
  private wholes: ReadonlyMap<string, Lane> = NO_LANES;
  /** Time of the database less that of `performance.now()`. */
  private clock = 0;

  /** The lanes that were read. */
  get lanes(): Iterable<Lane> {
    return this.byId.values();
  }

  /** True when no lane has a row. */
  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  /** True when a lane is slowed or shut. */
  get inTrouble(): boolean {
    return this.byPlace.size > 0 || this.wholes.size > 0;
  }

  /** The time by the clock of the database, Unix ms. */
  get nowMs(): number {
    return this.clock + performance.now();
  }

  /**
   * Takes over what was read.
   *
   * @param lanes all lanes
   * @param nowMs the time of the database; null where it is not known anew
   */
  renew(lanes: readonly Lane[], nowMs: number | null): void {
    if (nowMs !== null) {
      this.clock = nowMs - performance.now();
    }
    this.byId = new Map(lanes.map((lane) => [lane.id, lane]));
    const inTrouble = lanes.filter(({ state, model }) => state.phase !== 'clear' && model !== '');
    const wholes = lanes.filter(({ state, model }) => state.phase !== 'clear' && model === '');
    this.wholes = new Map(
      wholes.flatMap((lane) =>
        [lane.providerId, ...(lane.asDefault === null ? [] : [''])].map(
          (provider) => [`${lane.projectId}/${provider}`, lane] as const,
        ),
      ),
    );
    this.byPlace = new Map(
      inTrouble.flatMap((lane) => [
        [`${lane.projectId}/${lane.named}`, lane] as const,
        ...(lane.asDefault === null
          ? []
          : [[`${lane.projectId}/${lane.asDefault}`, lane] as const]),
      ]),
    );
    this.byTarget = new Map(
      inTrouble.flatMap((lane) => [
        [keyOf({ ...lane, providerId: lane.providerId }), lane] as const,
        ...(lane.asDefault === null ? [] : [[keyOf({ ...lane, providerId: null }), lane] as const]),
      ]),
    );
  }

  /**
   * Takes over lanes that have changed.
   *
   * @param lanes the lanes
   */
  merge(lanes: readonly Lane[]): void {
    const all = new Map(this.byId);
    lanes.forEach((lane) => all.set(lane.id, lane));
    this.renew([...all.values()], null);
  }

  /**
   * Finds a lane by its id.
   *
   * @param id the id
   */
  stateOf(id: string): LaneState | undefined {
    return this.byId.get(id)?.state;
  }

  /**
   * Finds the lane of a place.
   *
   * @param place the place
   * @returns null where it is at full speed
   */
  laneAt({ projectId, mode, model }: Place): Lane | null {
    return mode === 'live' ? (this.byPlace.get(`${projectId}/${model}`) ?? null) : null;
  }

  /**
   * Finds the lane of a place's provider as a whole.
   *
   * @param place the place
   * @returns null where nobody has set one
   */
  wholeAt({ projectId, mode, provider }: Place): Lane | null {
    return mode === 'live' ? (this.wholes.get(`${projectId}/${provider}`) ?? null) : null;
  }

  /**
   * Finds the lane of a provider as a whole.
   *
   * @param projectId UUID of the project
   * @param providerId UUID of the provider
   * @returns null where nobody has set one
   */
  wholeOf(projectId: string, providerId: string): Lane | null {
    return this.wholes.get(`${projectId}/${providerId}`) ?? null;
  }

  /**
   * Number of requests that a claim may take at a place.
   *
   * @param place the place
   */
  roomAt(place: Place): number {
    if (!this.inTrouble) {
      return Infinity;
    }
    const rooms = [this.laneAt(place), this.wholeAt(place)].map((lane) =>
      lane === null ? Infinity : roomOf(lane.state, this.nowMs),
    );
    return Math.min(...rooms);
  }

  /**
   * Tells whether the lane of a place is open: its requests go on with another model, where they have one.
   *
   * @param place the place
   */
  isOpenAt(place: Place): boolean {
    return [this.laneAt(place), this.wholeAt(place)].some((lane) => lane?.state.phase === 'open');
  }

  /**
   * Tells whether requests for a target have to wait in the table.
   *
   * @param target the target
   */
  isInTrouble(target: LaneTarget): boolean {
    return (
      this.inTrouble &&
      (this.byTarget.has(keyOf(target)) ||
        this.wholes.has(`${target.projectId}/${target.providerId ?? ''}`))
    );
  }
}

const keyOf = ({ projectId, providerId, model }: LaneTarget): string =>
  `${projectId}/${providerId ?? ''}/${model}`;

/**
 * Returns the provider and the model that a new request is meant for. Test requests go to the simulator, which is never
 * in trouble: no project has this id.
 *
 * @param request the request
 */
export const laneTargetOf = ({ projectId, mode, policy, model }: NewRequest): LaneTarget => ({
  projectId: mode === 'live' ? projectId : '',
  providerId: policy.plan?.[0]?.providerId ?? null,
  model: policy.plan?.[0]?.model ?? model,
});
