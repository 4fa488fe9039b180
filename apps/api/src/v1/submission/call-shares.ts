/** Part of all calls that one project may have waiting. */
const SHARE = 3 / 4;

/**
 * Counts the calls of each project that wait to be accepted, so that a project that floods fills its
 * own share and leaves room for the others.
 */
export class CallShares {
  private readonly waiting = new Map<string, number>();
  private readonly most: number;

  /** @param maxCalls calls of all projects that may wait */
  constructor(maxCalls: number) {
    this.most = Math.max(1, Math.floor(maxCalls * SHARE));
  }

  /**
   * Tells whether a project has as many calls waiting as it may.
   *
   * @param projectId the project
   */
  isFull(projectId: string): boolean {
    return (this.waiting.get(projectId) ?? 0) >= this.most;
  }

  /**
   * Counts a call.
   *
   * @param projectId the project
   */
  enter(projectId: string): void {
    this.waiting.set(projectId, (this.waiting.get(projectId) ?? 0) + 1);
  }

  /**
   * Counts a call no longer.
   *
   * @param projectId the project
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
