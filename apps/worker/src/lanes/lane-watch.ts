import type { LightAbortController } from '@reqrun/platform/abort';
import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import {
  type Lane,
  type LaneName,
  type LaneReport,
  laneId,
  type LanePlace,
  readLanes,
  reportCalls,
} from '@reqrun/requests';
import {
  type CallReport,
  isForgotten,
  type LaneState,
  type Limits,
  settle,
} from '@reqrun/retry-policy';

import { isOver, type KnownLane, type LaneCall, newKnownLane, waitIn } from './known-lane.js';
import { LaneView } from './lane-view.js';

/** Parts of the watch. */
export interface LaneWatchOptions {
  pool: Pool;
  logger: Logger;
  /** Called when requests of a lane in trouble may be due. */
  onRoom: () => void;
  /** Called when a lane has changed its phase by what this process has reported. */
  onChanged: () => void;
}

/** The end of a call; the watch adds what it knows of the lane itself. */
export type CallEnd = Omit<CallReport, 'generation' | 'started' | 'begunSince' | 'failingForMs'>;

/** Failures in a row from which a lane is reported, so that the run is counted over all workers. */
const TELLING_RUN = 3;
/** Time for which every call of a lane is reported after one that told of trouble, in ms. */
const HOT_MS = 20_000;
/** Calls for each one in flight that a limit must leave, so that a lane is not paced. */
const SPARE = 4;
const LOW_SHARE = 1 / 4;
/** Time after which an unfinished run of failures is forgotten, in ms. */
const FORGET_MS = 60_000;
const READ_EVERY_MS = 1_000;
const TICK_MS = 100;
/** Reports that are kept while the database is away. */
const MOST_KEPT = 1_000;
/** Time after which a pace is asked for again, in ms. */
const ASK_AGAIN_MS = 1_000;

/**
 * Watches the lanes of a worker: learns from its calls, reports what matters to the table, and reads the table each
 * second. A lane that is well costs a look into a map, and nothing in the database.
 */
export class LaneWatch {
  readonly view = new LaneView();
  private readonly known = new Map<string, KnownLane>();
  /** The lanes of which calls wait. */
  private readonly waiting = new Set<KnownLane>();
  private pending: { lane: LaneName; call: CallReport }[] = [];
  private ticker: NodeJS.Timeout | null = null;
  private readAt = -READ_EVERY_MS;
  private working: Promise<void> | null = null;
  private isFailing = false;

  /** @param options the parts */
  constructor(private readonly options: LaneWatchOptions) {}

  /** Starts to read and to report. */
  async start(): Promise<void> {
    await this.round();
    this.ticker = setInterval(() => this.tick(), TICK_MS);
  }

  /** Stops. Reports what is left. */
  async stop(): Promise<void> {
    if (this.ticker !== null) {
      clearInterval(this.ticker);
    }
    await this.working;
    if (this.pending.length > 0) {
      await this.round();
    }
  }

  /**
   * Lets a call begin, as soon as its lane may begin another one.
   *
   * @param lane its lane
   * @param abort ends the wait
   * @returns null when the lane has come into trouble meanwhile, so that its requests wait in the table; and when the
   *   wait was ended
   */
  enter(lane: LaneName, abort: LightAbortController): LaneCall | Promise<LaneCall | null> {
    const known = this.knownOf(lane);
    const now = performance.now();
    const isFree = known.waiters.length === 0 && known.admission.allows(now, known.inFlight);
    if (isFree || abort.aborted || this.isSlowed(lane)) {
      return this.begin(known, undefined);
    }
    const entered = waitIn(known.waiters, abort);
    this.waiting.add(known);
    this.admit(known);
    return entered;
  }

  /**
   * Notes that a call begins, whatever its lane may begin.
   *
   * @param lane its lane
   * @param place its place in the lane from which it was claimed; undefined where the lane was well
   */
  begun(lane: LaneName, place: LanePlace | undefined): LaneCall {
    return this.begin(this.knownOf(lane), place);
  }

  private begin(known: KnownLane, place: LanePlace | undefined): LaneCall {
    const { lane } = known;
    known.begun += 1;
    known.inFlight += 1;
    known.admission.begun();
    return {
      lane,
      generation: place?.generation ?? this.generationOf(lane),
      started: place?.started,
      number: known.begun,
      whole: this.wholeOf(lane)?.generation ?? null,
    };
  }

  private knownOf(lane: LaneName): KnownLane {
    const key = keyOf(lane);
    let known = this.known.get(key);
    if (known === undefined) {
      known = newKnownLane(lane, performance.now());
      this.known.set(key, known);
    }
    known.lane = lane;
    return known;
  }

  /** Lets calls of a lane begin that wait, or sends them back to the table when the lane is in trouble. */
  private admit(known: KnownLane): void {
    const { lane, admission, waiters } = known;
    const now = performance.now();
    if (waiters.length > 0 && this.isSlowed(lane)) {
      waiters.splice(0).forEach(({ begin }) => begin(null));
    }
    while (waiters.length > 0 && admission.allows(now, known.inFlight)) {
      waiters.shift()?.begin(this.begin(known, undefined));
    }
    if (waiters.length === 0) {
      this.waiting.delete(known);
    } else if (admission.isSpent(now) && now - known.askedAt >= ASK_AGAIN_MS) {
      known.askedAt = now;
      this.askForPace(known, now);
    }
  }

  /** Reports the limits that a worker may not go on under alone. */
  private askForPace({ lane, admission, begun, learnedFrom }: KnownLane, now: number): void {
    this.report(lane, {
      ...{ verdict: 'refused', generation: this.generationOf(lane), code: null, waitMs: null },
      ...{ slowsDown: false, tokens: null, hasFallback: false, failingForMs: 0 },
      limits: admission.limitsNow(now),
      begunSince: begun - learnedFrom,
      needsPace: true,
    });
  }

  /** Tells whether a lane, or its provider as a whole, is slowed or shut. */
  private isSlowed(lane: LaneName): boolean {
    return (
      this.view.inTrouble &&
      (this.wholeOf(lane) !== null ||
        (this.view.stateOf(laneId(lane.providerId, lane.model))?.phase ?? 'clear') !== 'clear')
    );
  }

  /**
   * Notes how a call has ended.
   *
   * @param call the call
   * @param end what it has come to; null where nothing was sent
   */
  ended({ lane, generation, started, number, whole }: LaneCall, end: CallEnd | null): void {
    const key = keyOf(lane);
    const known = this.known.get(key);
    if (known === undefined) {
      return;
    }
    known.inFlight -= 1;
    const now = performance.now();
    if (end !== null) {
      const begunSince = known.begun - number;
      known.admission.ended(end, begunSince, now);
      if (end.limits !== undefined) {
        known.learnedFrom = number;
      }
      const hasFailed = end.verdict === 'failure';
      if (hasFailed && known.failingSince === 0) {
        known.failingSince = now;
      }
      const report: CallReport = {
        ...end,
        generation,
        started,
        begunSince,
        failingForMs: hasFailed ? now - known.failingSince : 0,
      };
      this.note(lane, known, report, now);
      if (whole !== null) {
        this.noteWhole(lane, { ...report, generation: whole });
      }
    }
    if (known.waiters.length > 0) {
      this.admit(known);
    } else if (isOver(known, now) && known.failingSince === 0) {
      this.known.delete(key);
    }
  }

  private note(lane: LaneName, known: KnownLane, report: CallReport, now: number): void {
    const { verdict, limits } = report;
    if (verdict === 'success') {
      known.failures = [];
      known.failingSince = 0;
    }
    const tells = verdict === 'limited' || isLow(limits, known.inFlight);
    if (tells || this.isWatched(lane, known, now)) {
      this.report(lane, report);
    } else if (verdict === 'failure') {
      known.failures.push(report);
      if (known.failures.length >= TELLING_RUN) {
        const failingForMs = now - known.failingSince;
        known.failures.splice(0).forEach((one) => this.report(lane, { ...one, failingForMs }));
        known.hotUntil = now + HOT_MS;
      }
    }
    if (tells) {
      known.hotUntil = now + HOT_MS;
    }
  }

  private wholeOf({ projectId, providerId }: LaneName): LaneState | null {
    return this.view.inTrouble ? (this.view.wholeOf(projectId, providerId)?.state ?? null) : null;
  }

  /**
   * Notes a call of a provider that a person has limited or stopped as a whole. Its limits and failures are its
   * models' own matter, except that a probe decides.
   */
  private noteWhole(lane: LaneName, report: CallReport): void {
    const state = this.wholeOf(lane);
    if (state?.phase === 'open' || (state?.setLimits?.tokensPerMinute ?? null) !== null) {
      const isProbe = state?.phase === 'open' || report.verdict === 'success';
      const verdict = isProbe ? report.verdict : 'refused';
      this.report({ ...lane, model: '' }, { ...report, verdict, limits: undefined });
    }
  }

  /** Tells whether every call of a lane is reported. */
  private isWatched(lane: LaneName, known: KnownLane, now: number): boolean {
    if (known.hotUntil > now) {
      return true;
    }
    if (!this.hasLanes) {
      return false;
    }
    const state = this.view.stateOf(laneId(lane.providerId, lane.model));
    return state !== undefined && (state.phase !== 'clear' || state.failures > 0);
  }

  private generationOf(lane: LaneName): number {
    return this.hasLanes
      ? (this.view.stateOf(laneId(lane.providerId, lane.model))?.generation ?? 0)
      : 0;
  }

  private get hasLanes(): boolean {
    return !this.view.isEmpty;
  }

  private report(lane: LaneName, call: CallReport): void {
    if (this.pending.length < MOST_KEPT) {
      this.pending.push({ lane, call });
    }
  }

  /** Reads the table at once: another process has changed the phase of a lane. */
  look(): void {
    this.readAt = -READ_EVERY_MS;
    this.tick();
  }

  private tick(): void {
    if (this.working === null && (this.pending.length > 0 || this.isReadDue)) {
      this.working = this.round().finally(() => (this.working = null));
    }
    this.waiting.forEach((known) => this.admit(known));
    if (this.view.inTrouble) {
      this.options.onRoom();
    }
  }

  private get isReadDue(): boolean {
    return performance.now() - this.readAt >= READ_EVERY_MS;
  }

  /** Reports what is pending, and reads the table when it is time. */
  private async round(): Promise<void> {
    const { pool, logger } = this.options;
    const reported = this.pending.splice(0);
    try {
      if (reported.length > 0) {
        const reports = reported.map(({ lane, call }) => ({ lane, calls: [call] }));
        this.merge(await reportCalls(pool, reports, Math.random()));
      }
      if (this.isReadDue) {
        this.readAt = performance.now();
        const { lanes, nowMs } = await readLanes(pool);
        this.view.renew(lanes, nowMs);
        await this.settle();
        this.forget();
      }
      this.isFailing = false;
    } catch (error) {
      this.pending.unshift(...reported);
      if (!this.isFailing) {
        this.isFailing = true;
        logger.warn('lanes.failed', errorFields(error));
      }
    }
  }

  /** Forgets lanes that nothing was heard of. */
  private forget(): void {
    const now = performance.now();
    for (const [key, known] of this.known) {
      if (isOver(known, now) && now - known.failingSince > FORGET_MS) {
        this.known.delete(key);
      }
    }
  }

  /** Changes lanes that time alone changes. */
  private async settle(): Promise<void> {
    const { nowMs } = this.view;
    const due: LaneReport[] = [...this.view.lanes]
      .filter(({ state }) => settle(state, nowMs) !== state || isForgotten(state, nowMs))
      .map((lane) => ({ lane: { ...lane, isDefault: lane.asDefault !== null }, calls: [] }));
    if (due.length > 0) {
      this.merge(await reportCalls(this.options.pool, due, Math.random()));
    }
  }

  /** Takes over lanes that have changed, and tells other workers of those that are in another phase now. */
  private merge(lanes: readonly Lane[]): void {
    const hasChanged = lanes.some(
      ({ id, state }) => (this.view.stateOf(id)?.phase ?? 'clear') !== state.phase,
    );
    this.view.merge(lanes);
    this.waiting.forEach((known) => this.admit(known));
    if (hasChanged) {
      this.options.onChanged();
    }
  }
}

/** Tells whether a limit leaves so little that the calls of all workers together may go beyond it. */
function isLow(limits: Limits | undefined, inFlight: number): boolean {
  const { requests, tokens } = limits ?? {};
  return (
    (requests !== undefined &&
      (requests.remaining < SPARE * inFlight || requests.remaining < requests.limit * LOW_SHARE)) ||
    (tokens !== undefined && tokens.remaining < tokens.limit * LOW_SHARE)
  );
}

const keyOf = ({ providerId, model }: LaneName): string => `${providerId}/${model}`;
