import { errorFields, type Logger } from '@reqrun/platform/logging';

/** A job that a worker runs periodically. */
export interface PeriodicJob {
  /** Prefix of `.failed` in the log event of a failed round, e.g. `retention`. */
  readonly name: string;
  /** Pause between two rounds, in ms. */
  readonly everyMs: number;
  /**
   * Runs one round. A failure is logged, and the next round follows.
   *
   * @param signal aborts when the worker stops; the round should then end after its current step
   */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Pause after a round that failed, in ms; `everyMs` by default. */
  readonly pauseAfterFailureMs?: number;
}

/** Runs a job periodically, never twice at once, with a pause in between. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> | null = null;
  private againAtOnce = false;
  private nextPauseMs: number;
  private stopped = true;
  private readonly stopping = new AbortController();

  /**
   * @param job the job
   * @param logger the log of failures
   */
  constructor(
    private readonly job: PeriodicJob,
    private readonly logger: Logger,
  ) {
    this.nextPauseMs = job.everyMs;
  }

  /** Starts. The first round runs after the first pause. */
  start(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Runs a round without waiting for the pause to end. If one is running, another follows it at once. */
  now(): void {
    if (this.current !== null) {
      this.againAtOnce = true;
    } else if (!this.stopped) {
      this.run();
    }
  }

  /** Stops. Resolves when no round is under way. */
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
