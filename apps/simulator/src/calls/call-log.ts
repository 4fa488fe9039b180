/** One call to the provider, as `GET /calls` lists it. Never its prompt, never its key. */
export interface ListedCall {
  /** `rr_…` if the `Idempotency-Key` was ReqRun's. */
  readonly request_id: string | null;
  readonly idempotency_key: string | null;
  readonly model: string;
  /** The step as it was written, or `invalid` if the script could not be read. */
  readonly step: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  /** ISO 8601, UTC; `null` while the call is open. */
  readonly ended_at: string | null;
  /** Whether the caller went away before the answer was complete. */
  readonly aborted: boolean;
  readonly user_agent: string | null;
  /** Place of the call in its trace. */
  readonly traceparent: string | null;
  /** The names of the headers that came, lower case. */
  readonly headers: readonly string[];
}

/** A call while it is open. Times are milliseconds since the epoch. */
export interface Call {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
  readonly model: string;
  readonly step: string;
  readonly startedAt: number;
  endedAt: number | null;
  aborted: boolean;
  readonly userAgent: string | null;
  readonly traceparent: string | null;
  readonly headers: readonly string[];
}

/** Keeps the last calls, and how many there were altogether. */
export class CallLog {
  readonly #capacity: number;
  #ring: Call[] = [];
  #total = 0;

  /** @param capacity how many calls are kept; older ones are only counted */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Calls since the start or since {@link clear}, those that are no longer kept included. */
  get total(): number {
    return this.#total;
  }

  /** Adds an open call; the caller goes on changing it until it has ended. */
  add(call: Call): void {
    this.#ring[this.#total % this.#capacity] = call;
    this.#total += 1;
  }

  /** Forgets every call and starts to count at 0. */
  clear(): void {
    this.#ring = [];
    this.#total = 0;
  }

  /**
   * @param requestId only the calls of this request; `undefined` means all
   * @returns oldest first
   */
  list(requestId?: string): ListedCall[] {
    const start = this.#total > this.#capacity ? this.#total % this.#capacity : 0;
    return [...this.#ring.slice(start), ...this.#ring.slice(0, start)]
      .filter((call) => requestId === undefined || call.requestId === requestId)
      .map((call) => ({
        request_id: call.requestId,
        idempotency_key: call.idempotencyKey,
        model: call.model,
        step: call.step,
        started_at: new Date(call.startedAt).toISOString(),
        ended_at: call.endedAt === null ? null : new Date(call.endedAt).toISOString(),
        aborted: call.aborted,
        user_agent: call.userAgent,
        traceparent: call.traceparent,
        headers: call.headers,
      }));
  }
}
