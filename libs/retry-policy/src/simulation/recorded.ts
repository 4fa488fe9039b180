import type { RequestPolicy } from '../request-policy.js';

/** An attempt as its record shows it. Times are ms since the request was accepted. */
export interface RecordedAttempt {
  /** As the provider was asked for it. */
  readonly model: string;
  /** Name of the provider; null where the record does not say it. */
  readonly provider: string | null;
  readonly startMs: number;
  readonly endMs: number;
  /** `lost` and `released` attempts are followed by another, and count as no retry. */
  readonly outcome: 'succeeded' | 'failed' | 'lost' | 'released';
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  /** Action of the decision that followed, its reason, the wait in ms, and where that came from. */
  readonly decision: string | null;
  readonly reason: string | null;
  readonly delayMs: number | null;
  readonly delaySource: string | null;
}

/** A request that has ended, as its record shows it. It holds no content. */
export interface RecordedRequest {
  readonly ended: 'completed' | 'failed';
  /** From acceptance to its end, in ms. */
  readonly durationMs: number;
  /** The policy that it was run under. */
  readonly policy: RequestPolicy;
  /** The model that it asked for. */
  readonly model: string;
  /** All attempts of its first round, in their order; at least one. */
  readonly attempts: readonly RecordedAttempt[];
}

/** Model of a fallback, as its provider would be asked for it. */
export interface FallbackModel {
  readonly model: string;
  /** Name of the provider; null where every provider counts as the same one, as in test mode. */
  readonly provider: string | null;
}

/** The part of a policy that would have been different. A missing member stays as each request had it. */
export interface PolicyChange {
  /** Retries. Their count holds, and nothing is tried until the deadline unless they say so themselves. */
  readonly retry?: {
    readonly count?: number;
    readonly onCodes?: readonly number[];
    readonly untilDeadline?: boolean;
  };
  /** Longest provider call, in ms. */
  readonly callTimeoutMs?: number;
  /** Time from acceptance to a terminal state, in ms. */
  readonly deadlineMs?: number;
  /** They take the place of all fallbacks that a request had. */
  readonly fallbacks?: readonly FallbackModel[];
}
