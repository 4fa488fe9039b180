import type { ByteBudget, ByteShare } from '@reqrun/platform/budget';

/** The memory of one large answer, and how long its call has waited for it. */
export class AnswerMemory {
  /** Share that it has, or waits for; of a large answer the outcome carries it on. */
  share: ByteShare | null = null;
  /** Number of bytes that it asked for last. */
  bytes = 0;
  /** `performance.now()` since which it waits. */
  #waitsSince: number | null = null;
  #waitedMs = 0;

  /**
   * @param budget what it takes its share of
   * @param owner whose answer it is, if it must leave room for others
   */
  constructor(
    private readonly budget: ByteBudget,
    private readonly owner: string | null,
  ) {}

  /**
   * Asks for a share in place of the one that it had.
   *
   * @param bytes how many
   * @param granted told when the share is there after a wait; never after `release`
   * @returns whether it is there at once
   */
  ask(bytes: number, granted: () => void): boolean {
    this.release();
    this.bytes = bytes;
    this.share = this.budget.ask(
      bytes,
      () => {
        if (this.#waitsSince !== null) {
          this.#waitedMs += performance.now() - this.#waitsSince;
          this.#waitsSince = null;
          granted();
        }
      },
      this.owner,
    );
    if (!this.share.isGranted) {
      this.#waitsSince = performance.now();
    }
    return this.share.isGranted;
  }

  /** Milliseconds of waiting since the last time that this was asked. */
  takeWaitedMs(): number {
    const now = performance.now();
    const waitedMs = this.#waitedMs + (this.#waitsSince === null ? 0 : now - this.#waitsSince);
    this.#waitedMs = 0;
    if (this.#waitsSince !== null) {
      this.#waitsSince = now;
    }
    return waitedMs;
  }

  /** Gives back what it has, and its place in the queue. Later calls change nothing. */
  release(): void {
    this.share?.release();
    this.share = null;
    this.#waitsSince = null;
  }
}
