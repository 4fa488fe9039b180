import type { AttemptDecision } from './attempt-decision.js';
import type { AttemptOutcome, RequestStatus } from './request-status.js';

/** Why a request failed, in words that are safe anywhere: they come from the code alone. */
export interface RequestError {
  code: string;
  type: string;
  message: string;
  /** The provider's HTTP status, or null when no answer was received. */
  http_status: number | null;
}

/** A request as `GET /v1/requests/{id}` shows it, less its result. Times are ISO 8601 UTC. */
export interface RequestRecord {
  id: string;
  object: 'request';
  endpoint: string;
  status: RequestStatus;
  /** The total over all rounds. */
  attempts: number;
  /** The model of the latest attempt. */
  model: string;
  /** The model that the caller asked for. */
  requested_model: string;
  idempotency_key: string | null;
  created_at: string;
  updated_at: string;
  started_at: string | null;
  completed_at: string | null;
  next_attempt_at: string | null;
  deadline_at: string;
  /** Whether failures that time mends are tried again until the deadline. */
  retry_until_deadline: boolean;
  /** When the first attempt of this round failed, while the request is tried again; null otherwise. */
  failing_since: string | null;
  error: RequestError | null;
  last_error_code: string | null;
  usage: Record<string, unknown> | null;
  metadata: Record<string, string> | null;
}

/** One try at the provider. Times are ISO 8601 UTC. */
export interface AttemptRecord {
  object: 'request.attempt';
  /** From 1, over all rounds, without gaps. */
  number: number;
  model: string;
  started_at: string;
  ended_at: string | null;
  outcome: AttemptOutcome;
  http_status: number | null;
  error_code: string | null;
  /** Why it came to that code, one of `ERROR_DETAILS`; null where there is nothing to add. */
  error_detail: string | null;
  provider_request_id: string | null;
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
