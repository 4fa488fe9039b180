import type { APIResult } from './api-promise.js';
import { numberOf, PermissionDeniedError, ReqRunError } from './errors.js';
import type { CallLimits } from './http/limits.js';
import { poll } from './http/poll.js';
import { toForm } from './http/form.js';
import type { AnswerKind, HttpAnswer, HttpCall, Transport } from './http/transport.js';
import { type CreateOptions, type RequestOptions, setUp, streamSettingsOf } from './options.js';
import { requestPath } from './request-path.js';
import { resultOf } from './result.js';
import { randomId } from './runtime.js';
import type { Settings } from './settings.js';
import { RequestStream } from './stream/request-stream.js';
import { streamCall } from './stream/stream-call.js';
import type { ReqRunFields } from './types/chat-params.js';
import type { EndpointHandle } from './types/endpoint.js';
import type { RawResponse } from './types/fetch.js';

/** The slowest upload that has its time, in bytes per ms. */
const UPLOAD_BYTES_PER_MS = 50;
/** How long the server is asked to hold a call with `wait` that names no time itself. */
const DEFAULT_WAIT_MS = 30_000;
/** Part of a call's time that is left when the server is to answer at the latest, if there is so much. */
const MARGIN_MS = 3_000;

/** Facts of an endpoint. */
export interface EndpointFacts {
  /** Path below `/v1`. */
  readonly path: string;
  /** `object` of its handles. */
  readonly pendingObject: string;
  /** Tells that its requests are forms with files. */
  readonly isForm?: boolean;
  /** Kind of its answers, where they are not always JSON. */
  readonly reads?: AnswerKind;
}

/** Body of a request, as far as it is looked at. */
export interface SentParams extends ReqRunFields {
  readonly model?: unknown;
  readonly stream?: unknown;
  readonly stream_options?: unknown;
}

/** Makes the calls of one endpoint. What they return follows from their parameters. */
export class EndpointClient<Answer, Handle> {
  readonly #facts: EndpointFacts;
  readonly #settings: Settings;
  readonly #transport: Transport;

  /**
   * @param facts of the endpoint
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(facts: EndpointFacts, settings: Settings, transport: Transport) {
    this.#facts = facts;
    this.#settings = settings;
    this.#transport = transport;
  }

  /**
   * Has a request run.
   *
   * @param params OpenAI's body, and ReqRun's own fields
   * @param options how the call is made
   * @returns the answer with `wait`, else the handle
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError, ReqRunError
   */
  async create(params: SentParams, options: CreateOptions): Promise<APIResult<Answer | Handle>> {
    const { key, given } = idempotencyKeyOf(params, options);
    const { limits, maxRetries, headers } = setUp(this.#settings, options, key);
    const waits = params.wait === true;
    const heldMs = waits ? (params.wait_timeout_ms ?? holdFor(limits.remainingMs)) : 0;
    const submission = await this.#submission(params, options, key, given, headers, {
      // Said in any case: the type that is returned does not follow the project's default.
      wait: waits,
      ...(waits ? { wait_timeout_ms: heldMs } : {}),
    });
    const call = { ...submission, heldMs: submission.heldMs + heldMs, maxRetries };
    const answer = await this.#transport.send(call, limits);
    if (!waits) {
      return answer.status === 202
        ? resultOf(answer)
        : { ...resultOf(answer), data: this.#handleOf(params, answer) };
    }
    if (answer.status !== 202) {
      return resultOf(answer);
    }
    const { id } = answer.body as EndpointHandle;
    limits.requestId = id;
    return resultOf(await this.#ended(id, limits, maxRetries, headers, answer));
  }

  /**
   * Has a request run whose answer is a stream.
   *
   * @param params OpenAI's body, and ReqRun's own fields
   * @param options how the call is made, and the stream is read
   * @returns the stream, once it begins
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError, ReqRunError
   */
  async stream<Chunk>(
    params: SentParams,
    options: CreateOptions,
  ): Promise<APIResult<RequestStream<Chunk, Answer>>> {
    const { key, given } = idempotencyKeyOf(params, options);
    const { limits, maxRetries, headers } = setUp(this.#settings, options, key);
    const settings = streamSettingsOf(this.#settings, options, key);
    const submission = await this.#submission(params, options, key, given, headers, {
      wait: true,
    });
    const response = await this.#transport.open({ ...submission, maxRetries }, limits);
    const id = response.headers.get('x-request-id');
    const usage = (params.stream_options as { include_usage?: unknown } | null | undefined)
      ?.include_usage;
    const again = { ...submission, maxRetries: 0 };
    const stream = new RequestStream<Chunk, Answer>(
      response,
      {
        reopen: async (lastEventId, limits) => {
          if (id === null) {
            return this.#transport.open(again, limits);
          }
          try {
            const call = streamCall(id, lastEventId, usage === true, headers);
            return await this.#transport.open(call, limits);
          } catch (error) {
            if (!(error instanceof PermissionDeniedError)) {
              throw error;
            }
            // A key that may only write joins the request again. The frames that were shown come once more.
            return this.#transport.open(again, limits);
          }
        },
        answer: async (asked) => (await this.answer(id ?? '', asked)).data,
      },
      settings,
    );
    return { data: stream, response: response as RawResponse, requestId: id };
  }

  /**
   * The answer to a request, or its handle while it runs.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @typeParam Known what is known of the answer besides
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError, ReqRunError
   */
  async retrieve<Known extends Answer = Answer>(
    id: string,
    options: RequestOptions,
  ): Promise<APIResult<Known | Handle>> {
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    return resultOf(await this.#transport.send(this.#retrieval(id, maxRetries, headers), limits));
  }

  /**
   * Waits for the answer to a request.
   *
   * @param id `rr_…`
   * @param options how it is asked for
   * @throws APIError, APIConnectionError, APITimeoutError, APIAbortError, ReqRunError
   */
  async answer(id: string, options: RequestOptions): Promise<APIResult<Answer>> {
    const { limits, maxRetries, headers } = setUp(this.#settings, options);
    limits.requestId = id;
    return resultOf(await this.#ended(id, limits, maxRetries, headers));
  }

  #ended(
    id: string,
    limits: CallLimits,
    maxRetries: number,
    headers: Record<string, string>,
    before?: HttpAnswer,
  ): Promise<HttpAnswer> {
    const call = this.#retrieval(id, maxRetries, headers);
    return poll(this.#transport, call, limits, ({ status }) => status !== 202, before);
  }

  async #submission(
    params: SentParams,
    { extraBody }: CreateOptions,
    key: string,
    given: boolean,
    headers: Record<string, string>,
    own: object,
  ): Promise<Omit<HttpCall, 'maxRetries'> & { heldMs: number }> {
    const { path, isForm, reads } = this.#facts;
    const fields = {
      ...params,
      ...extraBody,
      ...own,
      ...(given ? { idempotency_key: key } : {}),
    };
    // Read once: a call that is made again sends the same files.
    const form = isForm === true ? await toForm(fields) : null;
    return {
      method: 'POST',
      path,
      body: form?.data ?? JSON.stringify(fields),
      headers: given ? headers : { 'idempotency-key': key, ...headers },
      repeatable: true,
      heldMs: (form?.size ?? 0) / UPLOAD_BYTES_PER_MS,
      reads,
    };
  }

  #retrieval(id: string, maxRetries: number, headers: Record<string, string>): HttpCall {
    const path = requestPath(this.#facts.path, id);
    const { reads } = this.#facts;
    return { method: 'GET', path, headers, repeatable: true, maxRetries, reads };
  }

  /** Of a request that had been completed before it was sent again, told without waiting. */
  #handleOf({ model: sent }: SentParams, { body, response }: HttpAnswer): Handle {
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
      // Audio does not name it.
      model: model ?? (typeof sent === 'string' ? sent : ''),
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
