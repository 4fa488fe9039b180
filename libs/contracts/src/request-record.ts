import type { AttemptDecision } from './attempt-decision.js';
import type { AttemptOutcome, RequestStatus } from './request-status.js';

/** Cause of a request's failure, in words that are safe anywhere: they come from the code alone. */
export interface RequestError {
  code: string;
  type: string;
  message: string;
  /** The provider's HTTP status, or null when no answer was received. */
  http_status: number | null;
  /** Reason why it waited for its provider until its deadline had passed; absent where it did not. */
  because?: LaneWait;
}

/** The policy of a request as its record shows it. Times are in ms. */
export interface RecordPolicy {
  retry: { count: number; on_codes: number[]; until_deadline: boolean };
  timeout: { call_timeout: number; deadline: number; idle: number; ttft: number };
  on_lost: 'retry' | 'fail';
  /** Models that are called in order when the one before has failed, as the request has them. */
  fallbacks: { model: string; provider: string | null }[];
}

/** Reasons why a request waits for its provider: for its limit, or because calls to the failing provider are paused. */
export const LANE_WAITS = ['rate_limited', 'circuit_open'] as const;

/**
 * Reasons why a request waits: for the answer of an identical one, for its provider, or because its project makes as
 * many calls at once as it may.
 */
export const WAITING_REASONS = ['identical_request', ...LANE_WAITS, 'concurrency_limited'] as const;

/** A reason why a request waits. */
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** Reasons for which a request waits for its provider. */
export type LaneWait = (typeof LANE_WAITS)[number];

/** A request as `GET /v1/requests/{id}` shows it, less its result. Times are ISO 8601 UTC. */
export interface RequestRecord {
  id: string;
  object: 'request';
  endpoint: string;
  status: RequestStatus;
  /** The total over all rounds. */
  attempts: number;
  /** The model of the latest attempt, or of the next one after a fallback, as its provider is asked for it. */
  model: string;
  /** The provider of the latest attempt that ended; null before the first one has. */
  provider: string | null;
  /** The model that the caller asked for. */
  requested_model: string;
  idempotency_key: string | null;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  next_attempt_at: string | null;
  /** Whether `next_attempt_at` is an estimate: the request waits for its provider. */
  next_attempt_is_estimate: boolean;
  /** Why a request waits, where its status does not say it. */
  waiting_reason: WaitingReason | null;
  /** The provider's own error code behind `waiting_reason`; `by_hand` where a person has limited or stopped it. */
  waiting_code: string | null;
  deadline_at: string;
  /** How it is run, fixed at acceptance. */
  policy: RecordPolicy;
  /** Whether failures that time mends are tried again until the deadline. */
  retry_until_deadline: boolean;
  /** When the first attempt of this round failed, while the request is tried again; null otherwise. */
  failing_since: string | null;
  /** How its frames are shown: as they come, or when the answer is whole; null where it is no stream. */
  stream: 'live' | 'buffered' | null;
  error: RequestError | null;
  last_error_code: string | null;
  /** How the request uses the cache; null for one that does not. */
  cache: { type: 'exact_match'; ttl: number } | null;
  /** The request whose answer this one got from the cache. */
  cached_from: string | null;
  usage: Record<string, unknown> | null;
  metadata: Record<string, string> | null;
}

/**
 * Why an attempt was made: the first of a request, a retry, the next model, the loss of the worker before, a worker
 * that gave the request back, or a new round.
 */
export const ATTEMPT_CAUSES = ['first', 'retry', 'fallback', 'lost', 'released', 'again'] as const;

/** One of them. */
export type AttemptCause = (typeof ATTEMPT_CAUSES)[number];

/** One try at the provider. Times are ISO 8601 UTC. */
export interface AttemptRecord {
  object: 'request.attempt';
  /** From 1, over all rounds, without gaps. */
  number: number;
  model: string;
  /** The provider that was called; null while it runs, and for attempts of an earlier version. */
  provider: string | null;
  /** Why it was made. */
  because: AttemptCause;
  started_at: string;
  ended_at: string | null;
  outcome: AttemptOutcome;
  http_status: number | null;
  error_code: string | null;
  /** Why it came to that code, one of `ERROR_DETAILS`; null where there is nothing to add. */
  error_detail: string | null;
  provider_request_id: string | null;
  /** Id of the response that ran in the background at the provider; null without re-attachment. */
  provider_response_id: string | null;
  /** When its stream first said something; null where it has not, or is no stream. */
  first_frame_at: string | null;
  /** Number of frames of its stream; null until that is over, and for the frames of a lost worker. */
  frames: number | null;
  decision: AttemptDecision | null;
}

/** The 202 handle of a request that has not finished; its object is the endpoint's. */
export interface AsyncHandle<Kind extends string = string> {
  id: string;
  object: Kind;
  status: RequestStatus;
  /** Unix seconds. */
  created: number;
  model: string;
  attempts: number;
}

/** A page of a list, newest first. */
export interface ListPage<T> {
  object: 'list';
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** OpenAI's error body: all four keys, always. */
export interface ErrorBody {
  error: {
    message: string;
    type: string;
    param: string | null;
    code: string | null;
  };
}
