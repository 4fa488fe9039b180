import { CallLimits } from './http/limits.js';
import type { AbortSignalLike } from './runtime.js';
import { readMaxRetries, readTimeout, type Settings } from './settings.js';
import type { RequestRecord } from './types/requests.js';

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

/** How a chat completion is asked for. */
export interface CreateOptions extends RequestOptions {
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
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = value;
  }
  return {
    limits: new CallLimits(
      readTimeout(options.timeout ?? settings.timeout),
      options.signal ?? undefined,
      idempotencyKey,
    ),
    maxRetries: readMaxRetries(options.maxRetries ?? settings.maxRetries),
    headers,
  };
}
