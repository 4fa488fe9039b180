/** State of the connection to the API. Times are ms since 1970. */
export interface ConnectionState {
  /** Time of the latest answer; null before the first. */
  readonly answeredAt: number | null;
  /** Time of the first call in a row that got no answer; null while the API answers. */
  readonly failingSince: number | null;
}

/** Longest time for an answer to a read, in ms. A hung API would otherwise look like a slow one forever. */
export const READ_TIMEOUT_MS = 10_000;

/** Statuses that a proxy answers with where the API itself cannot. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** Knows from the calls of all pages whether the API answers, so that no page shows old data as new. */
export class Connection {
  private state: ConnectionState = { answeredAt: null, failingSince: null };
  private readonly listeners = new Set<() => void>();

  /**
   * @param send sends a call
   * @param now returns the current time, in ms since 1970
   */
  constructor(
    private readonly send: (request: Request) => Promise<Response>,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Sends a call. A read is given up after `READ_TIMEOUT_MS`.
   *
   * @param request the call
   */
  async fetch(request: Request): Promise<Response> {
    const signal =
      request.method === 'GET'
        ? AbortSignal.any([request.signal, AbortSignal.timeout(READ_TIMEOUT_MS)])
        : request.signal;
    try {
      const response = await this.send(new Request(request, { signal }));
      this.note(!AWAY.has(response.status));
      return response;
    } catch (error) {
      if (!request.signal.aborted) {
        this.note(false);
      }
      throw error;
    }
  }

  /** Returns the state. It is the same object until it changes. */
  readonly current = (): ConnectionState => this.state;

  /**
   * Calls a function after each change.
   *
   * @param listener the function
   * @returns ends it
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private note(hasAnswered: boolean): void {
    const { answeredAt, failingSince } = this.state;
    this.state = hasAnswered
      ? { answeredAt: this.now(), failingSince: null }
      : { answeredAt, failingSince: failingSince ?? this.now() };
    this.listeners.forEach((listener) => listener());
  }
}
