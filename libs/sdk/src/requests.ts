import { APIPromise, type APIResult } from './api-promise.js';
import { poll } from './http/poll.js';
import type { HttpCall, Transport } from './http/transport.js';
import { type RequestOptions, setUp, type WaitOptions } from './options.js';
import { RequestListPromise } from './request-list.js';
import { requestPath } from './request-path.js';
import { resultOf } from './result.js';
import type { Settings } from './settings.js';
import type {
  AttemptList,
  EndedRequest,
  RequestListParams,
  RequestPage,
  RequestRecord,
} from './types/requests.js';

const PATH = '/requests';

/** Records: where requests stand, why, and what can be done about it. */
export class Requests {
  readonly #settings: Settings;
  readonly #transport: Transport;

  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    this.#settings = settings;
    this.#transport = transport;
  }

  /**
   * A record with its result.
   *
   * @param id `rr_…`
   * @param options how the call is made
   */
  get(id: string, options: RequestOptions = {}): APIPromise<RequestRecord> {
    return this.#call('GET', () => requestPath(PATH, id), options, true);
  }

  /**
   * Records, newest first: `await` it for the first page, `for await` it for all of them over all
   * pages, `for await` its `pages()` for the pages.
   *
   * @param params what the list is narrowed by
   * @param options how each call is made
   */
  list(params: RequestListParams = {}, options: RequestOptions = {}): RequestListPromise {
    return new RequestListPromise((after) => {
      const query = queryOf(after === undefined ? params : { ...params, after });
      return this.#send<RequestPage>('GET', () => PATH + query, options, true);
    });
  }

  /**
   * Every attempt of a request, oldest first, and why it was followed by what.
   *
   * @param id `rr_…`
   * @param options how the call is made
   */
  attempts(id: string, options: RequestOptions = {}): APIPromise<AttemptList> {
    return this.#call('GET', () => requestPath(PATH, id, '/attempts'), options, true);
  }

  /**
   * Ends a request that has not ended; changes nothing on one that has.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @returns the record as it is now
   */
  cancel(id: string, options: RequestOptions = {}): APIPromise<RequestRecord> {
    return this.#call('POST', () => requestPath(PATH, id, '/cancel'), options, true);
  }

  /**
   * Runs a failed or canceled request again, under the same id. Not sent again by itself when the
   * connection breaks, for it could open one more round: look at the record then.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @returns the record as it is now
   * @throws ConflictError as a rejection: it has neither failed nor been canceled
   */
  retry(id: string, options: RequestOptions = {}): APIPromise<RequestRecord> {
    return this.#call('POST', () => requestPath(PATH, id, '/retry'), options, false);
  }

  /**
   * Asks for a record until its round has ended, as often as ReqRun says. It returns failed and
   * canceled ones too: look at `status`. Interruptions of the connection are waited out.
   *
   * @param id `rr_…`
   * @param options how the call is made; `timeout` is how long to wait, `onUpdate` is told how it stands
   * @throws APITimeoutError, APIAbortError as rejections; the request runs on
   */
  waitFor(id: string, options: WaitOptions = {}): APIPromise<EndedRequest> {
    return new APIPromise(this.#waitFor(id, options));
  }

  async #waitFor(id: string, options: WaitOptions): Promise<APIResult<EndedRequest>> {
    const path = requestPath(PATH, id);
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    limits.requestId = id;
    const call: HttpCall = { method: 'GET', path, headers, repeatable: true, maxRetries };
    return resultOf(
      await poll(this.#transport, call, limits, ({ body }) => {
        const record = body as RequestRecord;
        options.onUpdate?.(record);
        const { status } = record;
        return status === 'completed' || status === 'failed' || status === 'canceled';
      }),
    );
  }

  #call<T>(
    method: 'GET' | 'POST',
    path: () => string,
    options: RequestOptions,
    repeatable: boolean,
  ): APIPromise<T> {
    return new APIPromise(this.#send<T>(method, path, options, repeatable));
  }

  /** The path is made in here, so that a wrong id is a rejection like everything else. */
  async #send<T>(
    method: 'GET' | 'POST',
    path: () => string,
    options: RequestOptions,
    repeatable: boolean,
  ): Promise<APIResult<T>> {
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    const call: HttpCall = { method, path: path(), headers, repeatable, maxRetries };
    return resultOf(await this.#transport.send(call, limits));
  }
}

function queryOf(params: RequestListParams): string {
  const pairs = Object.entries(params as Record<string, unknown>)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => {
      const text = value instanceof Date ? value.toISOString() : String(value);
      return `${name}=${encodeURIComponent(text)}`;
    });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
