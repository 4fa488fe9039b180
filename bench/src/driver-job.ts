/** What the load driver does. */
export interface DriverJob {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Our fields beside the body. */
  fields: Readonly<Record<string, unknown>>;
  promptBytes: number;
  connections: number;
  seconds: number;
  /**
   * For how long it sends before it counts: the driver's own code is slow until V8 has compiled it, and
   * all connections begin at once. Default 0.
   */
  rampSeconds?: number;
  /** Stops after so many calls, if that comes first. */
  calls?: number;
  /** An open loop at this rate instead of a closed one. */
  ratePerSecond?: number;
}

/** What it saw. Latencies are milliseconds, of answers with a 2xx status. */
export interface DriverResult {
  calls: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** HTTP statuses and how often each came; 0 stands for a call without an answer. */
  statuses: Readonly<Record<string, number>>;
  /** Answers that were 429 or 503. */
  refused: {
    calls: number;
    /** Those that said when to come back. */
    withRetryAfter: number;
    p50: number;
    p99: number;
  };
}

/** What it says when it begins to count. */
export const COUNTING = 'counting';
