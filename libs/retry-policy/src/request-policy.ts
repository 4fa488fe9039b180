import {
  DEFAULT_CALL_TIMEOUT_MS,
  DEFAULT_DEADLINE_MS,
  DEFAULT_IDLE_TIMEOUT_MS,
  DEFAULT_RETRY_POLICY,
  type RetryPolicy,
} from './policy.js';

/** A model that a request may run on, and its provider. */
export interface PlannedModel {
  /** As it is written in the request. */
  readonly name: string;
  /** As the provider is asked for it. */
  readonly model: string;
  /** Name of the provider, as it was at acceptance; null for the simulator. */
  readonly provider: string | null;
  /** UUID of the provider; null for the default one, whichever that is when it is called. */
  readonly providerId: string | null;
}

/** A fallback as it is written in the settings of a project. */
export type FallbackName = Readonly<{ model: string; provider?: string }>;

/** Fallbacks that a request may name. */
export const MAX_FALLBACKS = 3;

/** How a request uses answers to identical requests. */
export type CachePolicy = Readonly<{
  type: 'exact_match';
  /** Oldest answer that it takes, and how long its own is kept, in s: 1 to {@link MAX_CACHE_TTL_S}. */
  ttl: number;
}>;

/**
 * Policy by which a request is run. It is fixed at acceptance, whatever its project is set to later, and
 * stored as this document. A document of an earlier version lacks the members that came later, so these are
 * optional.
 */
export interface RequestPolicy extends RetryPolicy {
  /** Longest provider call, in ms. */
  readonly callTimeoutMs: number;
  /** Time from the start of a round to a terminal state, in ms. */
  readonly deadlineMs: number;
  /** Longest silence within an answer, in ms; `DEFAULT_IDLE_TIMEOUT_MS` where it is missing. */
  readonly idleTimeoutMs?: number | undefined;
  /** Longest wait for the first token of a stream, in ms. Absent means that `callTimeoutMs` alone bounds it. */
  readonly ttftTimeoutMs?: number | undefined;
  /**
   * Whether the provider runs the response in the background, so that an attempt after a lost one can wait for the
   * same response. Absent means no.
   */
  readonly reattach?: boolean | undefined;
  /** Use of the cache. Absent or null means none. */
  readonly cache?: CachePolicy | null | undefined;
  /** Whether the end of the request goes into the outbox, to be delivered. Absent means no. */
  readonly outbox?: boolean | undefined;
  /** How the frames of a stream are shown: as they come, or when the answer is whole. Absent means no stream. */
  readonly stream?: StreamMode | undefined;
  /**
   * The model that was asked for, then its fallbacks. Absent where there are none and the name of the model names
   * no provider: then the default provider gets the whole name.
   */
  readonly plan?: readonly PlannedModel[] | undefined;
}

/** Time at which the frames of a stream are shown: as they come, or once the answer is whole. */
export type StreamMode = 'live' | 'buffered';

/** Members that a project's policy may lack. */
type Optional = 'cache' | 'outbox' | 'plan' | 'reattach' | 'stream' | 'ttftTimeoutMs';

/** Policy with every member that has a default: what a project says for requests that say nothing themselves. */
export type ProjectPolicy = {
  readonly [Key in Exclude<keyof RequestPolicy, Optional>]-?: NonNullable<RequestPolicy[Key]>;
} & {
  readonly reattach?: boolean;
  readonly ttftTimeoutMs?: number;
  /** Fallbacks of requests that name none; a request stores its own plan instead. */
  readonly fallbacks?: readonly FallbackName[];
  readonly cache?: CachePolicy | null;
};

/** Policy of a project that is older than its document: the members that came later change nothing. */
export const DEFAULT_PROJECT_POLICY: ProjectPolicy = Object.freeze({
  count: DEFAULT_RETRY_POLICY.count,
  onCodes: DEFAULT_RETRY_POLICY.onCodes,
  onLost: DEFAULT_RETRY_POLICY.onLost,
  untilDeadline: false,
  callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
  idleTimeoutMs: DEFAULT_IDLE_TIMEOUT_MS,
  deadlineMs: DEFAULT_DEADLINE_MS,
});

/** Policy of a new project: requests that nobody waits for outlast an outage. */
export const NEW_PROJECT_POLICY: ProjectPolicy = Object.freeze({
  ...DEFAULT_PROJECT_POLICY,
  untilDeadline: true,
});

const DAY_MS = 86_400_000;

/** Longest provider call that a policy may ask for, in ms. */
export const MAX_CALL_TIMEOUT_MS = DAY_MS;

/** Longest time from acceptance to a terminal state that a policy may ask for, in ms. */
export const MAX_DEADLINE_MS = 30 * DAY_MS;

/** Longest time that an answer may be taken from the cache, in s: three days. */
export const MAX_CACHE_TTL_S = 259_200;

/** Time that an answer is taken from the cache unless the request says otherwise, in s. */
export const DEFAULT_CACHE_TTL_S = 1_800;
