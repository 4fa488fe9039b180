import { APIPromise } from './api-promise.js';
import { EndpointClient, type EndpointFacts } from './endpoint-client.js';
import type { Transport } from './http/transport.js';
import type { CreateOptions, RequestOptions } from './options.js';
import type { Settings } from './settings.js';
import type { ReqRunFields } from './types/chat-params.js';

/** An endpoint whose requests are accepted durably, then run. */
export class Endpoint<Params extends ReqRunFields, Answer extends object, Handle extends object> {
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
   * With `wait: true` it returns the provider's answer. ReqRun holds the HTTP call for `wait_timeout_ms`;
   * when that passes first, this client goes on by asking, until the `timeout` of the call.
   *
   * Without it, it returns a handle as soon as the request is committed, whatever the project's
   * `default_wait`. With the key of a request that has been completed, the handle says so.
   *
   * @param params OpenAI's body, and ReqRun's own fields
   * @param options how the call is made
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  create(params: Params & { wait: true }, options?: CreateOptions): APIPromise<Answer>;
  create(params: Params & { wait?: false | null }, options?: CreateOptions): APIPromise<Handle>;
  create(params: Params, options?: CreateOptions): APIPromise<Answer | Handle>;
  create(params: Params, options: CreateOptions = {}): APIPromise<Answer | Handle> {
    return new APIPromise(this.#client.create(params, options));
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
