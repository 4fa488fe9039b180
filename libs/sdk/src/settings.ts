import { ReqRunError } from './errors.js';
import { isLogLevel, type Logger, type LogLevel, logWith } from './logger.js';
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
  /**
   * How often in a row a stream whose connection broke is taken up again before it fails: 10 by default, which is about
   * a minute. Each new frame starts the count again.
   */
  maxResumes?: number | undefined;
  /**
   * The longest silence of a stream, in ms, after which its connection counts as broken: 60,000 by default. ReqRun sends
   * a heartbeat every 15 s.
   */
  streamIdleTimeout?: number | undefined;
  /** Sent with each call. */
  defaultHeaders?: Readonly<Record<string, string>> | undefined;
  /** Told what is called, how it ended and what is called again, never with a key, a prompt or an answer; nobody by default. */
  logger?: Logger | undefined;
  /** The least that `logger` is told: `info` by default, which is what is called again; `debug` is each call. */
  logLevel?: LogLevel | undefined;
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
  readonly maxResumes: number;
  readonly streamIdleTimeout: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly log: ReturnType<typeof logWith>;
  readonly fetch: (url: string, init: FetchInit) => Promise<FetchResponse>;
}

const DEFAULT_TIMEOUT_MS = 600_000;
const DEFAULT_MAX_RETRIES = 2;
const DEFAULT_MAX_RESUMES = 10;
const DEFAULT_STREAM_IDLE_TIMEOUT_MS = 60_000;

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
    maxResumes: readMaxResumes(options.maxResumes ?? DEFAULT_MAX_RESUMES),
    streamIdleTimeout: readStreamIdleTimeout(
      options.streamIdleTimeout ?? DEFAULT_STREAM_IDLE_TIMEOUT_MS,
    ),
    headers: lowerCased(options.defaultHeaders),
    log: logWith(options.logger, readLogLevel(options.logLevel ?? 'info')),
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

/**
 * Checks how often a stream is taken up again.
 *
 * @param maxResumes 0 or more
 * @throws ReqRunError
 */
export function readMaxResumes(maxResumes: number): number {
  if (!(maxResumes >= 0)) {
    throw new ReqRunError('maxResumes must be 0 or more.');
  }
  return maxResumes;
}

/**
 * Checks the longest silence of a stream.
 *
 * @param streamIdleTimeout ms; Infinity for none
 * @throws ReqRunError
 */
export function readStreamIdleTimeout(streamIdleTimeout: number): number {
  if (!(streamIdleTimeout > 0)) {
    throw new ReqRunError('streamIdleTimeout must be a number of milliseconds above 0.');
  }
  return streamIdleTimeout;
}

/**
 * Headers with names in lower case, so that one replaces another.
 *
 * @param headers as they were given
 */
export function lowerCased(
  headers: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function readLogLevel(level: string): LogLevel {
  if (!isLogLevel(level)) {
    throw new ReqRunError('logLevel must be off, error, warn, info or debug.');
  }
  return level;
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
