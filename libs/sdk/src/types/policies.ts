import type { RetryFields } from './chat-params.js';

/** Input of a simulation: which requests, and what would have been different. */
export interface PolicySimulationParams {
  /** A date, ISO 8601, or Unix seconds; a day before `to` by default, at most 31 days. */
  from?: Date | string | number;
  /** A date, ISO 8601, or Unix seconds; now by default. */
  to?: Date | string | number;
  /** That of the API key; another one is refused. */
  mode?: 'live' | 'test';
  /** The model that was asked for. */
  model?: string;
  /** A member that is left out stays as each request had it. */
  policy: {
    /** Its count holds, and nothing is tried until the deadline unless it says so. */
    retry?: RetryFields;
    /** ms per provider call; ms from acceptance to the end. */
    timeout?: { call_timeout?: number; deadline?: number };
    /** In place of the fallbacks that a request had. */
    fallbacks?: { model: string; provider?: string }[];
  };
}

/** Requests by how they would have ended. */
export interface PolicySimulationEnds {
  completed: number;
  failed: number;
  /** The model would be called again; nobody knows how that would have ended. */
  would_retry: number;
  /** A model would be called that was not. */
  would_fall_back: number;
  /** A call would go on that was given up. */
  would_call_longer: number;
}

/** Median and 95th percentile, in ms; null without any values. */
export interface PolicySimulationSpread {
  p50: number | null;
  p95: number | null;
}

/** How requests of the past would have ended under another policy. */
export interface PolicySimulation {
  object: 'policy.simulation';
  /** ISO 8601, UTC. */
  from: string;
  to: string;
  mode: 'live' | 'test';
  /** Requests that were looked at: the newest of the range. */
  requests: number;
  /** Whether there are older ones in the range, which were not looked at. */
  capped: boolean;
  /** Those that were replayed. */
  sampled: number;
  actual: { completed: number; failed: number; duration_ms: PolicySimulationSpread };
  /** All of them under the other policy; `unknown` are those of the three `would`. */
  simulated: PolicySimulationEnds & { unknown: number; duration_ms: PolicySimulationSpread };
  /** Of those that failed. The delay goes to the beginning of the call that was not made. */
  of_failed: PolicySimulationEnds & { added_delay_ms: PolicySimulationSpread };
  /** Of those that completed. */
  of_completed: PolicySimulationEnds;
}
