import type { ChatCompletion, CompletionUsage, RequestStatus } from './chat-completion.js';

/** A request, as ReqRun keeps it. What `result` and `error` are follows from `status`. */
export type RequestRecord = UnfinishedRequest | CompletedRequest | FailedRequest | CanceledRequest;

/** A request whose round has ended. */
export type EndedRequest = CompletedRequest | FailedRequest | CanceledRequest;

interface RecordBase {
  /** `rr_…` */
  id: string;
  object: 'request';
  /** e.g. `/v1/chat/completions` */
  endpoint: string;
  /** Provider calls, over all rounds. */
  attempts: number;
  /** The model of the latest attempt, as its provider is asked for it. */
  model: string;
  /** The provider of the latest attempt that ended; null before the first one has. */
  provider: string | null;
  /** The model that was asked for. */
  requested_model: string;
  idempotency_key: string | null;
  /** All times are ISO 8601, UTC. */
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  next_attempt_at: string | null;
  /** Whether `next_attempt_at` is an estimate, because the request waits for its provider; never in lists. */
  next_attempt_is_estimate: boolean;
  /** Why it waits, where its status does not say it. */
  waiting_reason:
    'identical_request' | 'rate_limited' | 'circuit_open' | 'concurrency_limited' | null;
  /** The provider's own error code behind it; `by_hand` where somebody has limited or stopped its calls. */
  waiting_code: string | null;
  deadline_at: string;
  /** How it is run, fixed when it was accepted. */
  policy: RequestPolicy;
  /** Whether outages and rate limits are tried again until the deadline. */
  retry_until_deadline: boolean;
  /** When the first attempt of this round failed, while the request is tried again. */
  failing_since: string | null;
  /** How its frames are shown: as they come, or when the answer is whole; null where it is no stream. */
  stream: 'live' | 'buffered' | null;
  /** Of the latest attempt that failed. */
  last_error_code: string | null;
  /** How it uses the cache; null where it does not. */
  cache: { type: 'exact_match'; ttl: number } | null;
  /** The request whose answer it got from the cache, or waited for. */
  cached_from: string | null;
  usage: CompletionUsage | null;
  metadata: Record<string, string> | null;
}

/** How a request is run. Times are in ms. */
export interface RequestPolicy {
  retry: { count: number; on_codes: number[]; until_deadline: boolean };
  timeout: { call_timeout: number; deadline: number; idle: number; ttft: number };
  on_lost: 'retry' | 'fail';
  /** Models that are called in order when the one before has failed, as the request has them. */
  fallbacks: { model: string; provider: string | null }[];
}

/** Not ended: it runs whether anybody asks or not. */
export interface UnfinishedRequest extends RecordBase {
  status: 'queued' | 'processing' | 'retrying';
  error: null;
  result: null;
}

/** Answered. */
export interface CompletedRequest extends RecordBase {
  status: 'completed';
  error: null;
  /** Null in lists, and when retention has deleted it. */
  result: ChatCompletion | null;
}

/** Failed for good. */
export interface FailedRequest extends RecordBase {
  status: 'failed';
  error: RequestError;
  /** The provider's own error body, where it sent one; null in lists. It can repeat the prompt. */
  result: unknown;
}

/** Ended by a cancel. */
export interface CanceledRequest extends RecordBase {
  status: 'canceled';
  error: RequestError;
  result: null;
}

/** Why a request failed, in words that never hold a prompt. */
export interface RequestError {
  code: string;
  type: string;
  message: string;
  /** The provider's status; null when it did not answer. */
  http_status: number | null;
  /** Reason why the request waited for its provider until its deadline had passed. */
  because?: 'rate_limited' | 'circuit_open';
}

/** One call of the provider. */
export interface Attempt {
  object: 'request.attempt';
  /** From 1, over all rounds, without gaps. */
  number: number;
  model: string;
  /** The provider that was called; null while it runs. */
  provider: string | null;
  /** Why it was made. */
  because: 'first' | 'retry' | 'fallback' | 'lost' | 'released' | 'again';
  started_at: string;
  ended_at: string | null;
  outcome: 'running' | 'succeeded' | 'failed' | 'lost' | 'released' | 'canceled';
  http_status: number | null;
  error_code: string | null;
  /** Why it came to that code, such as `not_json`; null where there is nothing to add. */
  error_detail: string | null;
  provider_request_id: string | null;
  /** Id of the response that ran in the background at the provider, with `reattach`; null without. */
  provider_response_id: string | null;
  /** When its stream first said something; null where it has not, or is no stream. */
  first_frame_at: string | null;
  /** Number of frames of its stream; null until that is over, and for the frames of a lost worker. */
  frames: number | null;
  /** Why it was followed by what; null while it runs. */
  decision: AttemptDecision | null;
}

/** Why an attempt was followed by what. */
export interface AttemptDecision {
  action: 'succeed' | 'retry' | 'fallback' | 'fail' | 'cancel';
  /** Such as `http_429`, `timeout`, `retries_exhausted`. */
  reason: string;
  /** Wait before the next attempt, in ms; null where there is none. */
  delay_ms: number | null;
  /** Source of the wait, such as `retry-after` or `backoff`. */
  delay_source: string | null;
}

/** The attempts of a request, oldest first. */
export interface AttemptList {
  object: 'list';
  data: Attempt[];
}

/** Filter of a list. */
export interface RequestListParams {
  status?: RequestStatus;
  /** Such as `/v1/chat/completions`. */
  endpoint?: string;
  model?: string;
  idempotency_key?: string;
  /** Beginning of the keys of the requests. */
  idempotency_key_prefix?: string;
  /** Pairs of metadata that a request must have. */
  metadata?: Readonly<Record<string, string>>;
  error_code?: string;
  /** A date, ISO 8601, or Unix seconds. */
  created_after?: Date | string | number;
  /** A date, ISO 8601, or Unix seconds. */
  created_before?: Date | string | number;
  /** Records per page: 20 by default, at most 100. */
  limit?: number;
  /** The id that the first page begins behind. */
  after?: string;
  /** Have the results too. Each of a page is read by a call of its own. */
  include?: 'result';
}

/** A page of records, newest first. `result` is null in all of them. */
export interface RequestPage {
  object: 'list';
  data: RequestRecord[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}
