import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

import type { AttemptRecord, AsyncHandle, ErrorBody, RequestRecord } from '@reqrun/contracts';

import { eventually } from './eventually.js';

/** An answer as received. */
export interface Answer {
  readonly status: number;
  /** Headers with names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A record as its application sees it. */
export interface FullRecord extends RequestRecord {
  readonly result: unknown;
}

/** Header values; a list is sent as several headers of that name. */
export type SentHeaders = Readonly<Record<string, string | string[]>>;

/** Returns the body of an answer as JSON, with a shape that the caller knows. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- said where it is read
export const jsonOf = <T>(answer: Answer): T => JSON.parse(answer.body.toString('utf8')) as T;

/** Returns the error of an answer. */
export const errorOf = (answer: Answer): ErrorBody['error'] => jsonOf<ErrorBody>(answer).error;

/** Returns the smallest valid body. */
export const chatBody = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: 'Say something.' }],
  ...more,
});

/**
 * Calls the API with one key. Without an agent each call has its own connection, so that the kill of a
 * process affects only the calls that it was handling.
 */
export class Client {
  /**
   * @param origin `http://127.0.0.1:<port>`
   * @param key an API key, or null to send none
   * @param agent agent with the connections
   */
  constructor(
    readonly origin: string,
    private readonly key: string | null,
    private readonly agent: Agent | false = false,
  ) {}

  /**
   * Makes a call.
   *
   * @param method e.g. `POST`
   * @param path e.g. `/v1/requests`
   * @param body bytes, text, or an object to send as JSON
   * @param headers headers besides key and content type
   * @throws when the connection breaks
   */
  call(
    method: string,
    path: string,
    body?: Buffer | string | object,
    headers: SentHeaders = {},
  ): Promise<Answer> {
    const bytes =
      body === undefined || Buffer.isBuffer(body)
        ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.origin}${path}`,
        {
          method,
          agent: this.agent,
          headers: {
            ...(this.key === null ? {} : { authorization: `Bearer ${this.key}` }),
            ...(bytes === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': bytes.length }),
            ...headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(parts),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(bytes);
    });
  }

  /** Makes a GET. */
  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /**
   * Requests a chat completion.
   *
   * @param body bytes, text, or an object
   * @param headers e.g. `{ prefer: 'wait=5' }`
   */
  chat(body: Buffer | string | object, headers: SentHeaders = {}): Promise<Answer> {
    return this.call('POST', '/v1/chat/completions', body, headers);
  }

  /**
   * Requests a chat completion and waits for it. The model is a script of the simulator.
   *
   * @param model e.g. `sim/429,ok`
   * @param more further fields
   * @param headers e.g. an idempotency key
   */
  wait(model: string, more: object = {}, headers: SentHeaders = {}): Promise<Answer> {
    return this.chat(chatBody(model, { wait: true, ...more }), headers);
  }

  /**
   * Requests a chat completion without waiting for it.
   *
   * @param model e.g. `sim/429,ok`
   * @param more further fields
   * @returns id of the request
   * @throws Error when the request is not accepted
   */
  async submit(model: string, more: object = {}): Promise<string> {
    const answer = await this.chat(chatBody(model, more));
    if (answer.status !== 202) {
      throw new Error(`It was not accepted: ${answer.status} ${answer.body.toString('utf8')}`);
    }
    return jsonOf<AsyncHandle>(answer).id;
  }

  /** Returns a record. */
  async record(id: string): Promise<FullRecord> {
    return jsonOf<FullRecord>(await this.get(`/v1/requests/${id}`));
  }

  /** Returns a record as soon as it has one of the statuses. */
  until(id: string, ...states: readonly RequestRecord['status'][]): Promise<FullRecord> {
    return eventually(
      () => this.record(id),
      ({ status }) => states.includes(status),
    );
  }

  /** Returns a record as soon as it has ended. */
  untilEnded(id: string): Promise<FullRecord> {
    return this.until(id, 'completed', 'failed', 'canceled');
  }

  /** Returns the attempts of a record, oldest first. */
  async attempts(id: string): Promise<readonly AttemptRecord[]> {
    return jsonOf<{ data: AttemptRecord[] }>(await this.get(`/v1/requests/${id}/attempts`)).data;
  }

  /** Cancels a request. */
  cancel(id: string): Promise<Answer> {
    return this.call('POST', `/v1/requests/${id}/cancel`);
  }

  /** Retries a failed or canceled request. */
  retry(id: string): Promise<Answer> {
    return this.call('POST', `/v1/requests/${id}/retry`);
  }
}
