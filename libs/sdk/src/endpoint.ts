import { APIPromise, type APIResult } from './api-promise.js';
import { poll } from './http/poll.js';
import type { HttpAnswer, HttpCall, Transport } from './http/transport.js';
import { numberOf, ReqRunError } from './errors.js';
import { type CreateOptions, type RequestOptions, setUp } from './options.js';
import { requestPath } from './request-path.js';
import { resultOf } from './result.js';
import { randomId } from './runtime.js';
import type { Settings } from './settings.js';
import type { ReqRunFields } from './types/chat-params.js';
import type { EndpointHandle } from './types/endpoint.js';

/** How long the server is asked to hold a call with `wait` that names no time itself. */
const DEFAULT_WAIT_MS = 30_000;
/** Part of a call's time that is left when the server is to answer at the latest, if there is so much. */
const MARGIN_MS = 3_000;

/** Facts of an endpoint. */
export interface EndpointFacts<Handle> {
  /** Path below `/v1`. */
  readonly path: string;
  /** `object` of its handles. */
  readonly pendingObject: Handle extends EndpointHandle<infer Kind> ? Kind : never;
}

/** An endpoint whose requests are accepted durably, then run. */
export class Endpoint<
  Params extends ReqRunFields,
  Answer extends object,
  Handle extends EndpointHandle,
> {
  readonly #facts: EndpointFacts<Handle>;
  readonly #settings: Settings;
  readonly #transport: Transport;

  /**
   * @param facts of the endpoint
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(facts: EndpointFacts<Handle>, settings: Settings, transport: Transport) {
    this.#facts = facts;
    this.#settings = settings;
    this.#transport = transport;
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
    return new APIPromise(this.#create(params, options));
  }

  /**
   * The answer to a request, or its handle while it runs: told apart by `object`.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @throws APIError as a rejection: there is no such request, or how it failed
   */
  retrieve(id: string, options: RequestOptions = {}): APIPromise<Answer | Handle> {
    return new APIPromise(this.#retrieve(id, options));
  }

  async #retrieve(id: string, options: RequestOptions): Promise<APIResult<Answer | Handle>> {
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    return resultOf(await this.#transport.send(this.#retrieval(id, maxRetries, headers), limits));
  }

  async #create(params: Params, options: CreateOptions): Promise<APIResult<Answer | Handle>> {
    const { key, given } = idempotencyKeyOf(params, options);
    const { limits, maxRetries, headers } = setUp(this.#settings, options, key);
    const waits = params.wait === true;
    const heldMs = waits ? (params.wait_timeout_ms ?? holdFor(limits.remainingMs)) : 0;
    const call: HttpCall = {
      method: 'POST',
      path: this.#facts.path,
      body: JSON.stringify({
        ...params,
        ...options.extraBody,
        // Said in any case: the type that is returned does not follow the project's default.
        wait: waits,
        ...(waits ? { wait_timeout_ms: heldMs } : {}),
        ...(given ? { idempotency_key: key } : {}),
      }),
      headers: given ? headers : { 'idempotency-key': key, ...headers },
      repeatable: true,
      heldMs,
      maxRetries,
    };
    const answer = await this.#transport.send(call, limits);
    if (!waits) {
      return answer.status === 202
        ? resultOf(answer)
        : { ...resultOf(answer), data: this.#handleOf(answer) };
    }
    if (answer.status !== 202) {
      return resultOf(answer);
    }
    const { id } = answer.body as Handle;
    limits.requestId = id;
    return resultOf(
      await poll(
        this.#transport,
        this.#retrieval(id, maxRetries, headers),
        limits,
        ({ status }) => status !== 202,
        answer,
      ),
    );
  }

  #retrieval(id: string, maxRetries: number, headers: Record<string, string>): HttpCall {
    const path = requestPath(this.#facts.path, id);
    return { method: 'GET', path, headers, repeatable: true, maxRetries };
  }

  /** Of a request that had been completed before it was sent again, told without waiting. */
  #handleOf({ body, response }: HttpAnswer): Handle {
    const { model, created, created_at } = body as {
      model?: string;
      created?: number;
      created_at?: number;
    };
    const handle: EndpointHandle = {
      id: response.headers.get('x-request-id') ?? '',
      object: this.#facts.pendingObject,
      status: 'completed',
      created: created ?? created_at ?? 0,
      model: model ?? '',
      attempts: numberOf(response.headers.get('x-reqrun-attempts')) ?? 0,
    };
    return handle as Handle;
  }
}

/** One key per call of `create()`: it is what makes it safe to send the request again. */
function idempotencyKeyOf(
  { idempotency_key: field }: ReqRunFields,
  { idempotencyKey: option }: CreateOptions,
): { key: string; given: boolean } {
  if (typeof field === 'string' && option !== undefined && field !== option) {
    throw new ReqRunError('idempotency_key and the option idempotencyKey differ.');
  }
  const given = field ?? option;
  return given === undefined ? { key: randomId(), given: false } : { key: given, given: true };
}

/** Answered before this client stops waiting, so that it gets to know the id in any case. */
function holdFor(remainingMs: number): number {
  const margin = Math.min(MARGIN_MS, remainingMs / 2);
  return Math.max(1, Math.floor(Math.min(DEFAULT_WAIT_MS, remainingMs - margin)));
}
