import type {
  ApiKeyScope,
  AutoOrOff,
  ProviderKind,
  RequestMode,
  StreamUsage,
} from '@reqrun/contracts';

/** A page of a list of the admin API. */
export interface Page<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  first_id: string | null;
  last_id: string | null;
}

/** The part of a project that is needed here. */
export interface Project {
  /** A UUID. */
  id: string;
  name: string;
  /** ISO 8601; set while its keys are refused. */
  archived_at: string | null;
}

/** A project with its bounds. */
export interface BoundedProject extends Project {
  settings: ProjectBounds;
}

/** Bounds of a project, for live and for test requests each; null for none of its own. */
export interface ProjectBounds {
  max_open_requests: number | null;
  max_concurrent_calls: number | null;
}

/** An API key, less the key. Times are ISO 8601, UTC. */
export interface Key {
  /** A UUID. */
  id: string;
  name: string;
  mode: RequestMode;
  scopes: ApiKeyScope[];
  /** How the key begins. */
  prefix: string;
  last_four: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  rotated_from_id: string | null;
  replaced_by_id: string | null;
  /** `expiring` works: it was replaced, or ends within a week. */
  state: 'active' | 'expiring' | 'expired' | 'revoked';
}

/** A key that was just made. */
export interface KeyWithSecret extends Key {
  /** The key itself: shown this once. */
  secret: string;
}

/** A key to make. */
export interface NewKey {
  name: string;
  mode: RequestMode;
  /** Both when it is left out. */
  scopes?: readonly ApiKeyScope[];
  /** ISO 8601; never when it is left out. */
  expires_at?: string;
}

/** A provider of a project, less its key. Times are ISO 8601, UTC. */
export interface Provider {
  name: string;
  kind: ProviderKind;
  base_url: string;
  api_version: string | null;
  /** The only models that it is called with; empty means any. */
  models: string[];
  stream_usage: StreamUsage;
  /** Whether limits that it tells of slow its calls. */
  pacing: AutoOrOff;
  /** Whether its failures slow or stop its calls. */
  breaker: AutoOrOff;
  key_last_four: string | null;
  is_default: boolean;
  created_at: string;
  updated_at: string;
}

/** A provider to add. */
export interface NewProvider {
  name: string;
  base_url: string;
  kind?: ProviderKind;
  api_key?: string;
  api_version?: string;
  models?: readonly string[];
  stream_usage?: StreamUsage;
  pacing?: AutoOrOff;
  breaker?: AutoOrOff;
  is_default?: true;
}

/** Median and 95th percentile, in ms; null without any values. */
interface Spread {
  p50: number | null;
  p95: number | null;
}

/** A number of requests, by error code. */
interface ByCode {
  code: string;
  count: number;
}

/** The part of a project's figures that is shown here. Times are ISO 8601, UTC. */
export interface Metrics {
  from: string;
  to: string;
  totals: {
    accepted: number;
    completed: number;
    failed: number;
    canceled: number;
    retried: number;
    /** From 0 to 1; null where none has ended. */
    success_rate: number | null;
    queue_ms: Spread;
    duration_ms: Spread;
  };
  failures_by_code: ByCode[];
  models: {
    /** Null for all models beyond the first ones. */
    model: string | null;
    provider: string | null;
    requests: number;
    retried: number;
    retries: number;
    failed: number;
  }[];
  fallbacks: { count: number };
  cache: { hits: number };
  now: { queued: number; processing: number; retrying: number; capped: boolean };
}

/** Result of a test call. */
export interface ProviderTest {
  ok: boolean;
  http_status: number | null;
  error_code: string | null;
  duration_ms: number;
  models: number | null;
}

/** Name of a lane: a model of a provider, or a provider as a whole. */
export interface LaneName {
  provider: string;
  /** As the provider is asked for it; null for the provider as a whole. */
  model: string | null;
}

/** Limits of a lane; null for none. */
export interface LaneLimits {
  requests_per_minute: number | null;
  tokens_per_minute: number | null;
  /** Calls under way at once. */
  calls_at_once: number | null;
}

/** A lane. Times are ISO 8601, UTC. */
export interface Lane extends LaneName {
  phase: 'clear' | 'paced' | 'open' | 'ramping';
  /** The provider's error code, `rate_limited`, or `by_hand`; null while it is clear. */
  reason: string | null;
  since: string;
  /** Calls per minute at present; null where nothing slows them. */
  pace_per_minute: number | null;
  learned_limit: { requests_per_minute: number; burst: number } | null;
  limits: LaneLimits | null;
  hold_until: string | null;
  probe_at: string | null;
  /** Counted up to 1,000. */
  waiting_requests: number;
  running_calls: number;
}
