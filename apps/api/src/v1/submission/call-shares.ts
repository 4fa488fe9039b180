/** Fraction of all waiting calls that one project may have. */
const SHARE = 3 / 4;

/**
 * Counts the calls of each project that wait to be accepted, so that a project that floods fills only its
 * own share and leaves room for others.
 */
export class CallShares {
  private readonly waiting = new Map<string, number>();
  private readonly most: number;

  /** @param maxCalls largest number of waiting calls of all projects */
  constructor(maxCalls: number) {
    this.most = Math.max(1, Math.floor(maxCalls * SHARE));
  }

  /**
   * Returns whether a project has as many waiting calls as it may.
   *
   * @param projectId UUID of the project
   */
  isFull(projectId: string): boolean {
    return (this.waiting.get(projectId) ?? 0) >= this.most;
  }

  /**
   * Adds a waiting call.
   *
   * @param projectId UUID of the project
   */
  enter(projectId: string): void {
    this.waiting.set(projectId, (this.waiting.get(projectId) ?? 0) + 1);
  }

  /**
   * Removes a waiting call.
   *
   * @param projectId UUID of the project
   */
  leave(projectId: string): void {
    const left = (this.waiting.get(projectId) ?? 0) - 1;
    if (left > 0) {
      this.waiting.set(projectId, left);
    } else {
      this.waiting.delete(projectId);
    }
  }
}
