import { ReqRunError } from './errors.js';
import { readEnvironment, runtime } from './runtime.js';
import type { Fetch, FetchInit, FetchResponse } from './types/fetch.js';

/** How a client is set up. */
export interface ClientOptions {
  /** `reqrun_live_…` or `reqrun_test_…`; the variable `REQRUN_API_KEY` where it is left out. */
  apiKey?: string | undefined;
  /** With or without `/v1`; the variable `REQRUN_BASE_URL` where it is left out. */
  baseURL?: string | undefined;
  /** How long a call may take, its retries and pauses included, in ms: 600,000 by default. */
  timeout?: number | undefined;
  /** How often a call that was not accepted is made again: 2 by default. */
  maxRetries?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: Fetch | undefined;
}

/** The same, checked and complete. */
export interface Settings {
  readonly apiKey: string;
  /** Without `/v1` and without a slash at its end. */
  readonly baseURL: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly fetch: (url: string, init: FetchInit) => Promise<FetchResponse>;
}

const DEFAULT_TIMEOUT_MS = 600_000;
const DEFAULT_MAX_RETRIES = 2;

/**
 * Checks the options of a client.
 *
 * @param options as they were given
 * @throws ReqRunError that names what is wrong, and never repeats the key
 */
export function readOptions(options: ClientOptions): Settings {
  return {
    apiKey: readKey(options.apiKey ?? readEnvironment('REQRUN_API_KEY')),
    baseURL: readBaseURL(options.baseURL ?? readEnvironment('REQRUN_BASE_URL')),
    timeout: readTimeout(options.timeout ?? DEFAULT_TIMEOUT_MS),
    maxRetries: readMaxRetries(options.maxRetries ?? DEFAULT_MAX_RETRIES),
    fetch: (options.fetch as Settings['fetch'] | undefined) ?? globalFetch(),
  };
}

/**
 * Checks a limit.
 *
 * @param timeout ms; Infinity for none
 * @throws ReqRunError
 */
export function readTimeout(timeout: number): number {
  if (!(timeout > 0)) {
    throw new ReqRunError('timeout must be a number of milliseconds above 0.');
  }
  return timeout;
}

/**
 * Checks a number of retries.
 *
 * @param maxRetries 0 or more
 * @throws ReqRunError
 */
export function readMaxRetries(maxRetries: number): number {
  if (!(maxRetries >= 0)) {
    throw new ReqRunError('maxRetries must be 0 or more.');
  }
  return maxRetries;
}

/** Looked up at each call, so that one that is replaced later is used. */
function globalFetch(): Settings['fetch'] {
  if (runtime.fetch === undefined) {
    throw new ReqRunError('There is no global fetch here: pass one as the option fetch.');
  }
  return (url, init) => (runtime.fetch as Settings['fetch'])(url, init);
}

function readKey(key: string | undefined): string {
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') {
    throw new ReqRunError('apiKey is missing: pass it, or set REQRUN_API_KEY.');
  }
  // As a header it would be refused by fetch, with an error that repeats it.
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new ReqRunError('apiKey holds characters that no key has.');
  }
  return trimmed;
}

function readBaseURL(url: string | undefined): string {
  const trimmed = url?.trim() ?? '';
  if (trimmed === '') {
    throw new ReqRunError('baseURL is missing: pass it, or set REQRUN_BASE_URL.');
  }
  if (!/^https?:\/\/[^\s?#/][^\s?#]*$/i.test(trimmed)) {
    throw new ReqRunError('baseURL must be like https://reqrun.example.com, without a query.');
  }
  return trimmed.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}
