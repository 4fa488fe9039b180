import { errorFields, type Logger } from '@reqrun/platform/logging';

/** A job of a worker that is done again and again. */
export interface PeriodicJob {
  /** Stands before `.failed` in the log when a round fails, e.g. `retention`. */
  readonly name: string;
  /** Pause between two rounds, in ms. */
  readonly everyMs: number;
  /**
   * One round. It may fail: that is logged, and the next round comes all the same.
   *
   * @param signal aborts when the worker stops: the round should end after the step that is under way
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Pause after a round that failed, in ms; `everyMs` by default. */
  readonly pauseAfterFailureMs?: number;
}

/** Runs a job again and again, never twice at once, with a pause in between. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> | null = null;
  private againAtOnce = false;
  private nextPauseMs: number;
  private stopped = true;
  private readonly stopping = new AbortController();

  /**
   * @param job what to run
   * @param logger where failures are reported
   */
  constructor(
    private readonly job: PeriodicJob,
    private readonly logger: Logger,
  ) {
    this.nextPauseMs = job.everyMs;
  }

  /** Begins, after the first pause. */
  start(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Runs without waiting for the pause to end; if it is running, once more when it is done. */
  now(): void {
    if (this.current !== null) {
      this.againAtOnce = true;
    } else if (!this.stopped) {
      this.run();
    }
  }

  /** Ends; resolves when no round is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopping.abort();
    this.clearTimer();
    await this.current;
  }

  private schedule(): void {
    this.timer = setTimeout(() => this.run(), this.nextPauseMs);
  }

  private run(): void {
    this.clearTimer();
    this.againAtOnce = false;
    this.current = this.round().finally(() => {
      this.current = null;
      if (this.stopped) {
        return;
      }
      if (this.againAtOnce) {
        this.run();
      } else {
        this.schedule();
      }
    });
  }

  private async round(): Promise<void> {
    const { name, everyMs, run, pauseAfterFailureMs = everyMs } = this.job;
    try {
      this.nextPauseMs = everyMs;
      await run(this.stopping.signal);
    } catch (error) {
      this.nextPauseMs = pauseAfterFailureMs;
      this.logger.warn(`${name}.failed`, errorFields(error));
    }
  }

  private clearTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
