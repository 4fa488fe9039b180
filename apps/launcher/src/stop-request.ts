/**
 * Ctrl-C in a terminal reaches the launcher twice when npm started it: from the terminal and from
 * npm, which passes it on. So the second within this time, in milliseconds, is still the first.
 */
const SAME_REQUEST_MS = 750;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The wish that everything stops: Ctrl-C, SIGTERM, or the terminal's end. */
export class StopRequest {
  /** Fulfilled at the first request. */
  readonly requested: Promise<void>;
  private requestedAt: number | undefined;
  private wasRepeated = false;
  private settle!: () => void;

  /**
   * Listens from now on.
   *
   * @param onAgain told once, of the first further request
   */
  constructor(private readonly onAgain: () => void) {
    this.requested = new Promise<void>((resolve) => {
      this.settle = resolve;
    });
    for (const signal of SIGNALS) {
      process.on(signal, () => this.receive());
    }
  }

  private receive(): void {
    const now = Date.now();
    if (this.requestedAt === undefined) {
      this.requestedAt = now;
      this.settle();
    } else if (!this.wasRepeated && now - this.requestedAt > SAME_REQUEST_MS) {
      this.wasRepeated = true;
      this.onAgain();
    }
  }
}
