/** Runs something again and again, never twice at once, with a pause in between. */
export class Repeating {
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> = Promise.resolve();
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

  /** Ends; resolves when the task is not running. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) {
      clearTimeout(this.timer);
    }
    await this.current;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.current = this.task()
        .catch(() => undefined)
        .finally(() => {
          if (!this.stopped) {
            this.schedule();
          }
        });
    }, this.everyMs);
  }
}
