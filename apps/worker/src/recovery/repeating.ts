/** Runs something again and again, never twice at once, with a pause in between. */
export class Repeating {
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> | null = null;
  private againAtOnce = false;
  private nextPauseMs: number | null = null;
  private stopped = true;

  /**
   * @param everyMs the pause
   * @param task what to run; its failures are its own to report
   */
  constructor(
    private readonly everyMs: number,
    private readonly task: () => Promise<void>,
  ) {}

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

  /**
   * Makes the next pause another one, this once: for a task that has failed and may be repeated sooner.
   *
   * @param pauseMs how long
   */
  nextIn(pauseMs: number): void {
    this.nextPauseMs = pauseMs;
  }

  /** Ends; resolves when the task is not running. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.clearTimer();
    await this.current;
  }

  private schedule(): void {
    this.timer = setTimeout(() => this.run(), this.nextPauseMs ?? this.everyMs);
    this.nextPauseMs = null;
  }

  private run(): void {
    this.clearTimer();
    this.againAtOnce = false;
    this.current = this.task()
      .catch(() => undefined)
      .finally(() => {
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

  private clearTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}
