import { APIPromise, type APIResult } from './api-promise.js';
import { EndpointClient, type EndpointFacts } from './endpoint-client.js';
import type { Transport } from './http/transport.js';
import type { CreateOptions, RequestOptions } from './options.js';
import type { Settings } from './settings.js';
import type { RequestStream } from './stream/request-stream.js';
import type { ReqRunFields } from './types/chat-params.js';

/** The fields by which a call says what it returns. */
export interface StreamableFields extends ReqRunFields {
  stream?: boolean | null;
}

/** An endpoint whose requests are accepted durably, then run, and whose answers can be streams. */
export class StreamingEndpoint<
  Params extends StreamableFields,
  Chunk,
  Answer extends object,
  Handle extends object,
> {
  readonly #client: EndpointClient<Answer, Handle>;

  /**
   * @param facts of the endpoint
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(facts: EndpointFacts, settings: Settings, transport: Transport) {
    this.#client = new EndpointClient(facts, settings, transport);
  }

  /**
   * Has a request run.
   *
   * With `stream: true` it returns a stream of chunks as soon as the stream begins. With `wait: false` beside it, it
   * returns a handle, and `requests.stream(id)` shows the stream.
   *
   * With `wait: true` it returns the provider's answer. ReqRun holds the HTTP call for `wait_timeout_ms`;
   * when that passes first, this client goes on by asking, until the `timeout` of the call.
   *
   * Without either, it returns a handle as soon as the request is committed, whatever the project's
   * `default_wait`. With the key of a request that has been completed, the handle says so.
   *
   * @param params OpenAI's body, and ReqRun's own fields
   * @param options how the call is made, and a stream is read
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  create(
    params: Params & ({ wait: false } | { stream?: false | null; wait?: null }),
    options?: CreateOptions,
  ): APIPromise<Handle>;
  create(
    params: Params & { stream: true; wait?: true | null },
    options?: CreateOptions,
  ): APIPromise<RequestStream<Chunk, Answer>>;
  create(
    params: Params & { stream?: false | null; wait: true },
    options?: CreateOptions,
  ): APIPromise<Answer>;
  create(
    params: Params & { stream?: false | null },
    options?: CreateOptions,
  ): APIPromise<Answer | Handle>;
  create(
    params: Params,
    options?: CreateOptions,
  ): APIPromise<RequestStream<Chunk, Answer> | Answer | Handle>;
  create(
    params: Params,
    options: CreateOptions = {},
  ): APIPromise<RequestStream<Chunk, Answer> | Answer | Handle> {
    const result: Promise<APIResult<RequestStream<Chunk, Answer> | Answer | Handle>> =
      params.stream === true && params.wait !== false
        ? this.#client.stream<Chunk>(params, options)
        : this.#client.create(params, options);
    return new APIPromise(result);
  }

  /**
   * The answer to a request, or its handle while it runs: told apart by `object`.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @throws APIError as a rejection: there is no such request, or how it failed
   */
  retrieve(id: string, options: RequestOptions = {}): APIPromise<Answer | Handle> {
    return new APIPromise(this.#client.retrieve(id, options));
  }
}
