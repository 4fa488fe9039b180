import { APIPromise, type APIResult } from './api-promise.js';
import { EndpointClient } from './endpoint-client.js';
import { endpointAt, ENDPOINTS } from './endpoints.js';
import { APIAbortError } from './errors.js';
import { poll } from './http/poll.js';
import type { HttpCall, Transport } from './http/transport.js';
import { Many } from './many.js';
import {
  concurrencyOf,
  type CreateManyOptions,
  type ManyOptions,
  type RequestOptions,
  setUp,
  type StoredStreamOptions,
  streamSettingsOf,
  type WaitOptions,
} from './options.js';
import { RequestListPromise } from './request-list.js';
import { requestPath } from './request-path.js';
import { resultOf } from './result.js';
import type { Settings } from './settings.js';
import { RequestStream } from './stream/request-stream.js';
import { streamCall } from './stream/stream-call.js';
import type { ChatCompletionChunk } from './types/chat-completion-chunk.js';
import type { EndpointHandle } from './types/endpoint.js';
import type { RawResponse } from './types/fetch.js';
import type { CreatedRequest, EndpointParams } from './types/many.js';
import type {
  AttemptList,
  EndedRequest,
  RequestListParams,
  RequestPage,
  RequestRecord,
} from './types/requests.js';
import type { AnswerOf, StreamChunk } from './types/streams.js';
import { WaitPromise } from './wait-promise.js';

const PATH = '/requests';
/** Number of records of a page that are read with their results at a time. */
const RESULTS_AT_A_TIME = 5;

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
    const { include, ...filter } = params;
    return new RequestListPromise(async (after) => {
      const query = queryOf(after === undefined ? filter : { ...filter, after });
      const page = await this.#send<RequestPage>('GET', () => PATH + query, options, true);
      return include === 'result' ? this.#withResults(page, options) : page;
    });
  }

  async #withResults(
    page: APIResult<RequestPage>,
    options: RequestOptions,
  ): Promise<APIResult<RequestPage>> {
    const data = await new Many(page.data.data, RESULTS_AT_A_TIME, async (record) =>
      record.status === 'completed' || record.status === 'failed'
        ? this.get(record.id, options)
        : record,
    );
    return { ...page, data: { ...page.data, data } };
  }

  /**
   * Has many requests run, without waiting for any. Await it for what became of each, in their order; `for await` it
   * to see each as it is accepted, and to take items no faster than that. A request that is refused stops no other.
   *
   * @param items the parameters of each, as `create()` takes them; give each its `idempotency_key`, so that the same
   * items a second time are the same requests
   * @param options the endpoint, how many calls are made at a time, and how each is made
   * @typeParam Name the endpoint
   */
  createMany<Name extends keyof EndpointParams = 'chat.completions'>(
    items: Iterable<EndpointParams[Name]> | AsyncIterable<EndpointParams[Name]>,
    options: CreateManyOptions<Name> = {},
  ): Many<EndpointParams[Name], CreatedRequest> {
    const { endpoint = 'chat.completions', ...each } = options;
    const client = new EndpointClient<unknown, EndpointHandle>(
      ENDPOINTS[endpoint],
      this.#settings,
      this.#transport,
    );
    return new Many(items, concurrencyOf(options), async (item, index) => {
      try {
        const { data } = await client.create({ ...item, wait: false }, each);
        return { index, handle: data as EndpointHandle, error: null };
      } catch (error) {
        if (error instanceof APIAbortError) {
          throw error;
        }
        return { index, handle: null, error: error as Error };
      }
    });
  }

  /**
   * Waits for many requests. Await it for their records, in the order of the ids; `for await` it to see each as it ends.
   * It gives failed and canceled ones too: look at `status`.
   *
   * @param ids `rr_…` each
   * @param options how many are asked for at a time, and how; `timeout` is how long to wait for each
   * @throws APIError as a rejection: there is no such request
   * @throws APITimeoutError, APIAbortError as rejections; the requests run on
   */
  waitForAll(
    ids: Iterable<string> | AsyncIterable<string>,
    options: WaitOptions & ManyOptions = {},
  ): Many<string, EndedRequest> {
    return new Many(ids, concurrencyOf(options), (id) => this.waitFor(id, options));
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
   * canceled ones too: look at `status`, or call `unwrap()` for the answer, which throws how they failed.
   * Interruptions of the connection are waited out.
   *
   * @param id `rr_…`
   * @param options how the call is made; `timeout` is how long to wait, `onUpdate` is told how it stands
   * @throws APITimeoutError, APIAbortError as rejections; the request runs on
   */
  waitFor(id: string, options: WaitOptions = {}): WaitPromise {
    return new WaitPromise(this.#waitFor(id, options), async (record) =>
      record.status === 'completed' && record.result !== null
        ? record.result
        : // Of what is not JSON the record has none, and of a failure less than the endpoint tells.
          this.#answerOf(record, options),
    );
  }

  async #answerOf({ id, endpoint }: RequestRecord, options: RequestOptions): Promise<unknown> {
    const client = new EndpointClient(endpointAt(endpoint), this.#settings, this.#transport);
    return (await client.answer(id, options)).data;
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

  /**
   * The stream of a request: the frames that are stored, then those that come. A completed request that was no stream is
   * shown as one.
   *
   * @param id `rr_…`
   * @param options where it begins, and how it is read
   * @typeParam Chunk what the endpoint of the request sends
   * @returns the stream, once it begins
   * @throws APIError as a rejection: there is no such request, or how it failed
   */
  stream<Chunk extends StreamChunk = ChatCompletionChunk>(
    id: string,
    options: StoredStreamOptions = {},
  ): APIPromise<RequestStream<Chunk, AnswerOf<Chunk>>> {
    return new APIPromise(this.#stream<Chunk>(id, options));
  }

  async #stream<Chunk extends StreamChunk>(
    id: string,
    options: StoredStreamOptions,
  ): Promise<APIResult<RequestStream<Chunk, AnswerOf<Chunk>>>> {
    const { startingAfter = null, includeUsage = false } = options;
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    const settings = streamSettingsOf(this.#settings, options, null);
    limits.requestId = id;
    const response = await this.#transport.open(
      streamCall(id, startingAfter, includeUsage, headers, maxRetries),
      limits,
    );
    const stream = new RequestStream<Chunk, AnswerOf<Chunk>>(
      response,
      {
        reopen: (lastEventId, limits) =>
          this.#transport.open(streamCall(id, lastEventId, includeUsage, headers), limits),
        answer: async (asked) =>
          (await this.#answerOf(await this.get(id, asked), asked)) as AnswerOf<Chunk>,
      },
      settings,
      startingAfter,
    );
    return { data: stream, response: response as RawResponse, requestId: id };
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

function queryOf({ metadata, ...params }: RequestListParams): string {
  const named = Object.entries(metadata ?? {}).map(([name, value]) => [`metadata[${name}]`, value]);
  const pairs = Object.entries({ ...params, ...Object.fromEntries(named) } as object)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => {
      const text = value instanceof Date ? value.toISOString() : String(value);
      return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
    });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
