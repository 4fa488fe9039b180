import { ReqRunError } from './errors.js';
import { CallLimits } from './http/limits.js';
import type { AbortSignalLike } from './runtime.js';
import {
  lowerCased,
  readMaxResumes,
  readMaxRetries,
  readStreamIdleTimeout,
  readTimeout,
  type Settings,
} from './settings.js';
import type { StreamSettings } from './stream/request-stream.js';
import type { RequestRecord } from './types/requests.js';

const DEFAULT_CONCURRENCY = 10;

/** How one call is made. */
export interface RequestOptions {
  /** How long the call may take, its retries and pauses included, in ms; Infinity for no limit. */
  timeout?: number | undefined;
  /** How often it is made again when it was not accepted. */
  maxRetries?: number | undefined;
  /** Ends the call. What was accepted runs on; `requests.cancel()` ends it. */
  signal?: AbortSignalLike | null | undefined;
  /** Sent beside the client's own. */
  headers?: Readonly<Record<string, string>> | undefined;
}

/** How a request is waited for. */
export interface WaitOptions extends RequestOptions {
  /** Told how the request stands, at every look, the last one included. What it throws ends the wait. */
  onUpdate?: ((record: RequestRecord) => void) | undefined;
}

/** How a stream is read. */
export interface StreamOptions extends RequestOptions {
  /** How long it may take until the stream begins, in ms. How long the stream then lasts has no limit. */
  timeout?: number | undefined;
  /** How often in a row the stream is taken up again when its connection broke. */
  maxResumes?: number | undefined;
  /** The longest silence, in ms, after which its connection counts as broken. */
  streamIdleTimeout?: number | undefined;
}

/** How the stream of a stored request is read. */
export interface StoredStreamOptions extends StreamOptions {
  /** The id of the last frame that was read, such as `1-57`; from the first frame on where it is left out. */
  startingAfter?: string | undefined;
  /** Whether the frame that has the usage alone is shown. */
  includeUsage?: boolean | undefined;
}

/** Options of work that is done several at a time. */
export interface ManyOptions extends RequestOptions {
  /** Number of calls at a time: 10 by default. */
  concurrency?: number | undefined;
}

/** Options of many requests. */
export interface CreateManyOptions<Name extends string> extends ManyOptions {
  /** The endpoint of all of them, by the name that OpenAI's client has for it: `chat.completions` by default. */
  endpoint?: Name | undefined;
}

/** How a request is made. */
export interface CreateOptions extends StreamOptions {
  /** The same as the field `idempotency_key`; one is made where neither is given. */
  idempotencyKey?: string | undefined;
  /** Fields of the provider that the types of this package do not know. */
  extraBody?: Readonly<Record<string, unknown>> | undefined;
}

/** The options of a call, checked. */
export interface CallSetup {
  readonly limits: CallLimits;
  readonly maxRetries: number;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
}

/**
 * Checks the options of a call, and starts its clock.
 *
 * @param settings the client's
 * @param options the call's own
 * @param idempotencyKey the key that it is made with
 * @throws ReqRunError
 */
export function setUp(
  settings: Settings,
  options: RequestOptions,
  idempotencyKey: string | null = null,
): CallSetup {
  return {
    limits: new CallLimits(
      readTimeout(options.timeout ?? settings.timeout),
      options.signal ?? undefined,
      idempotencyKey,
    ),
    maxRetries: readMaxRetries(options.maxRetries ?? settings.maxRetries),
    headers: { ...settings.headers, ...lowerCased(options.headers) },
  };
}

/**
 * Checks how many calls are made at a time.
 *
 * @param options the call's own
 * @throws ReqRunError
 */
export function concurrencyOf({ concurrency = DEFAULT_CONCURRENCY }: ManyOptions): number {
  if (!(concurrency >= 1)) {
    throw new ReqRunError('concurrency must be 1 or more.');
  }
  return concurrency;
}

/**
 * Checks how a stream is to be read.
 *
 * @param settings the client's
 * @param options the call's own
 * @param idempotencyKey the key that the request was sent with
 * @throws ReqRunError
 */
export function streamSettingsOf(
  settings: Settings,
  options: StreamOptions,
  idempotencyKey: string | null,
): StreamSettings {
  return {
    maxResumes: readMaxResumes(options.maxResumes ?? settings.maxResumes),
    idleTimeoutMs: readStreamIdleTimeout(options.streamIdleTimeout ?? settings.streamIdleTimeout),
    signal: options.signal ?? undefined,
    idempotencyKey,
  };
}
