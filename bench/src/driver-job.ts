/** A load for the load driver. */
export interface DriverJob {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Extension fields and other fields that are added to the body. */
  fields: Readonly<Record<string, unknown>>;
  promptBytes: number;
  /** Whether no two calls have the same body. */
  unique?: boolean;
  connections: number;
  seconds: number;
  /**
   * Time of sending before results count, in seconds. The driver's own code is slow until V8 has compiled
   * it, and all connections begin at once. Default 0.
   */
  rampSeconds?: number;
  /** Number of calls after which it stops, if that comes first. */
  calls?: number;
  /** Rate of an open loop. Without it the loop is closed. */
  ratePerSecond?: number;
}

/** Result of a load. Latencies are in ms, of answers with a 2xx status. */
export interface DriverResult {
  calls: number;
  seconds: number;
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
  /** Number of calls by HTTP status; 0 is a call without an answer. */
  statuses: Readonly<Record<string, number>>;
  /** Answers with status 429 or 503. */
  refused: {
    calls: number;
    /** Number of those with a Retry-After header. */
    withRetryAfter: number;
    p50: number;
    p99: number;
  };
}

/** Message that the driver sends when it begins to count. */
export const COUNTING = 'counting';
