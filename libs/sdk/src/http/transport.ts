import { APIConnectionError, type ErrorAnswer, toAPIError } from '../errors.js';
import type { Settings } from '../settings.js';
import type { FetchInit, FetchResponse } from '../types/fetch.js';
import { VERSION } from '../version.js';
import type { CallLimits } from './limits.js';
import { mayRetry, retryDelayMs } from './retry.js';

/** One HTTP call may take this long, beside the time that the server was asked to hold it. */
const HTTP_CALL_MS = 60_000;

/** One HTTP call. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** Below `/v1`, e.g. `/requests`. */
  readonly path: string;
  /** JSON. */
  readonly body?: string;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it is harmless to make it twice. */
  readonly repeatable: boolean;
  /** How long the server was asked to hold it, in ms. */
  readonly heldMs?: number;
  readonly maxRetries: number;
}

/** A good answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly response: FetchResponse;
  /** Parsed JSON. */
  readonly body: unknown;
}

/** Makes HTTP calls, and makes them again where that is safe and of use. */
export class Transport {
  // A private field of the language's own: who prints a client must not print its key.
  readonly #settings: Settings;

  /** @param settings the client's */
  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Makes a call, again if need be.
   *
   * @param call what is sent
   * @param limits how long it may take
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError
   */
  async send(call: HttpCall, limits: CallLimits): Promise<HttpAnswer> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.#once(call, limits);
      } catch (error) {
        limits.lastError = error;
        const delay = retryDelayMs(error, retries);
        if (
          retries >= call.maxRetries ||
          !mayRetry(error, call.repeatable) ||
          // There is no time for another one: this error says more than that the time is over.
          delay >= limits.remainingMs
        ) {
          throw error;
        }
        await limits.pause(delay);
      }
    }
  }

  async #once(call: HttpCall, limits: CallLimits): Promise<HttpAnswer> {
    const { baseURL, apiKey, fetch } = this.#settings;
    const { method, path, body, headers } = call;
    const { response, text } = await limits.run(
      HTTP_CALL_MS + (call.heldMs ?? 0),
      async (signal) => {
        const init: FetchInit = {
          method,
          headers: {
            accept: 'application/json',
            authorization: `Bearer ${apiKey}`,
            'user-agent': `reqrun-sdk/${VERSION}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body }),
          signal,
          // Followed, a POST would become a GET.
          redirect: 'manual',
        };
        const answer = await fetch(`${baseURL}/v1${path}`, init);
        return { response: answer, text: await answer.text() };
      },
    );
    const { status } = response;
    const json = parse(text);
    if (status < 200 || status > 299) {
      const answer: ErrorAnswer = { status, headers: response.headers, body: json ?? text };
      throw toAPIError(answer);
    }
    if (json === undefined) {
      throw new APIConnectionError(
        `The answer (HTTP ${status}) is not JSON: is baseURL right?`,
        limits.known(undefined),
      );
    }
    return { status, response, body: json };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
