import { APIConnectionError, ReqRunError, toAPIError } from '../errors.js';
import { type AbortSignalLike, type FormDataLike, runtime } from '../runtime.js';
import type { Settings } from '../settings.js';
import type { FetchInit, FetchResponse } from '../types/fetch.js';
import { VERSION } from '../version.js';
import type { CallLimits } from './limits.js';
import { mayRetry, retryDelayMs } from './retry.js';

/** One HTTP call may take this long, beside the time that the server was asked to hold it. */
const HTTP_CALL_MS = 60_000;
const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/**
 * Kinds of answers that are not always JSON: `text` is JSON or text, by its content type; `bytes` is a `Response` when
 * its status is 200.
 */
export type AnswerKind = 'text' | 'bytes';

/** One HTTP call. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** Below `/v1`, e.g. `/requests`. */
  readonly path: string;
  /** JSON, or the form of an upload. */
  readonly body?: string | FormDataLike;
  /** Kind of a good answer; JSON where it is left out. */
  readonly reads?: AnswerKind | undefined;
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
  /** Parsed JSON, or what the call reads instead. */
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
  send(call: HttpCall, limits: CallLimits): Promise<HttpAnswer> {
    return this.#again(call, limits, () => this.#once(call, limits));
  }

  /**
   * Makes a call whose answer is a stream, again if need be, until the stream begins.
   *
   * @param call what is sent
   * @param limits how long it may take until the stream begins
   * @returns the answer; nothing of its body has been read
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError
   */
  open(call: HttpCall, limits: CallLimits): Promise<FetchResponse> {
    return this.#again(call, limits, () => this.#openOnce(call, limits));
  }

  async #again<T>(call: HttpCall, limits: CallLimits, once: () => Promise<T>): Promise<T> {
    for (let retries = 0; ; retries += 1) {
      try {
        return await once();
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
        this.#settings.log(
          'info',
          `${nameOf(call)} failed: ${(error as Error).message} Again in ${Math.round(delay)} ms.`,
        );
        await limits.pause(delay);
      }
    }
  }

  async #once(call: HttpCall, limits: CallLimits): Promise<HttpAnswer> {
    const { reads } = call;
    const { response, text, bytes } = await limits.run(longestOf(call), async (signal) => {
      const accept = reads === undefined ? JSON_TYPE : '*/*';
      const answer = await this.#fetch(call, accept, signal);
      return reads === 'bytes' && answer.status === 200
        ? { response: answer, bytes: await answer.arrayBuffer?.(), text: '' }
        : { response: answer, text: await answer.text() };
    });
    const { status, headers } = response;
    if (reads === 'bytes' && status === 200) {
      return { status, response, body: toResponse(bytes, response) };
    }
    const json = parse(text);
    if (!isGood(status)) {
      throw toAPIError({ status, headers, body: json ?? text });
    }
    if (reads === 'text' && headers.get('content-type')?.startsWith(JSON_TYPE) !== true) {
      return { status, response, body: text };
    }
    if (json === undefined) {
      throw new APIConnectionError(
        `The answer (HTTP ${status}) is not JSON: is baseURL right?`,
        limits.known(undefined),
      );
    }
    return { status, response, body: json };
  }

  async #openOnce(call: HttpCall, limits: CallLimits): Promise<FetchResponse> {
    const { response, text } = await limits.run(longestOf(call), async (signal) => {
      const answer = await this.#fetch(call, EVENT_STREAM, signal);
      const isStream =
        isGood(answer.status) &&
        answer.headers.get('content-type')?.startsWith(EVENT_STREAM) === true;
      return { response: answer, text: isStream ? null : await answer.text() };
    });
    if (text === null) {
      return response;
    }
    const { status, headers } = response;
    if (!isGood(status)) {
      throw toAPIError({ status, headers, body: parse(text) ?? text });
    }
    throw new APIConnectionError(
      `The answer (HTTP ${status}) is no stream: is baseURL right?`,
      limits.known(undefined),
    );
  }

  async #fetch(call: HttpCall, accept: string, signal: AbortSignalLike): Promise<FetchResponse> {
    const { baseURL, apiKey, fetch, log } = this.#settings;
    const { method, path, body, headers } = call;
    const init: FetchInit = {
      method,
      headers: {
        accept,
        authorization: `Bearer ${apiKey}`,
        'user-agent': `reqrun-sdk/${VERSION}`,
        // Of a form the platform says it, for it draws the boundary.
        ...(typeof body === 'string' ? { 'content-type': JSON_TYPE } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      signal,
      // Followed, a POST would become a GET.
      redirect: 'manual',
    };
    log('debug', nameOf(call));
    const answer = await fetch(`${baseURL}/v1${path}`, init);
    const id = answer.headers.get('x-request-id') ?? 'no id';
    log('debug', `${nameOf(call)}: ${answer.status} (${id})`);
    return answer;
  }
}

/** A call without its query, whose values are the caller's. */
const nameOf = ({ method, path }: HttpCall): string => `${method} /v1${path.split('?', 1)[0]}`;

/** How long one HTTP call may take, in ms. */
const longestOf = ({ heldMs }: HttpCall): number => HTTP_CALL_MS + (heldMs ?? 0);

const isGood = (status: number): boolean => status >= 200 && status <= 299;

/** An answer that has come whole, to be read like one that has not. */
function toResponse(
  bytes: ArrayBuffer | undefined,
  { status, headers }: FetchResponse,
): FetchResponse {
  if (bytes === undefined || runtime.Response === undefined) {
    throw new ReqRunError('Binary answers need a global Response, and a fetch with arrayBuffer().');
  }
  return new runtime.Response(bytes, { status, headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
