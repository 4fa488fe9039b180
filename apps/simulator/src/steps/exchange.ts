import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import type { ChatRequest } from '../answers/chat-request.js';
import type { Call } from '../calls/call-log.js';

type Headers = Readonly<Record<string, string | number>>;

const WIDE_LIMITS: Headers = {
  'x-ratelimit-limit-requests': 10_000,
  'x-ratelimit-remaining-requests': 9_999,
  'x-ratelimit-reset-requests': '6ms',
  'x-ratelimit-limit-tokens': 30_000_000,
  'x-ratelimit-remaining-tokens': 29_999_000,
  'x-ratelimit-reset-tokens': '2ms',
};

/** Characters of a request's id in the words of its stream. */
const MARK_LENGTH = 8;

/** One call and the raw connection it is answered on, on which anything can be made to go wrong. */
export class Exchange {
  readonly chat: ChatRequest;
  readonly response: ServerResponse;
  /** Beginning of the words of a stream: the end of the request's id, and the number of the call, from 1. */
  readonly mark: string;
  /** Headers that tell of the limits of the account: wide ones. */
  limits: Headers = WIDE_LIMITS;
  readonly #call: Call;

  /**
   * @param call the entry to complete when the call ends; it counts as aborted if the caller left
   *   before the answer was complete and before the simulator itself broke the connection
   * @param number number of the call among those of its request, from 1
   */
  constructor(chat: ChatRequest, response: ServerResponse, call: Call, number: number) {
    this.chat = chat;
    this.mark = `${call.requestId?.slice(-MARK_LENGTH) ?? 'sim'}-${String(number)}`;
    this.response = response;
    this.#call = call;
    this.onClose(() => this.#end(!response.writableFinished));
  }

  /** Runs when the answer is complete or the connection is gone, whichever comes first. */
  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  /** The headers that OpenAI sends with every answer, and `more` on top of them or instead. */
  providerHeaders(more: Headers): Headers {
    return {
      'x-request-id': `req_${randomUUID().replaceAll('-', '')}`,
      'openai-organization': 'org-simulator',
      'openai-processing-ms': Date.now() - this.#call.startedAt,
      'openai-version': '2020-10-01',
      ...this.limits,
      ...more,
    };
  }

  /** Sends a whole answer as the provider does. */
  send(status: number, contentType: string, body: string | Buffer, more: Headers = {}): void {
    this.sendRaw(status, this.providerHeaders({ 'content-type': contentType, ...more }), body);
  }

  /** Sends a whole answer as something in front of the provider does: these headers alone. */
  sendRaw(status: number, headers: Headers, body: string | Buffer): void {
    this.response
      .writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
      .end(body);
  }

  /** Sends JSON. */
  sendJson(status: number, body: unknown, more: Headers = {}): void {
    this.send(status, 'application/json', JSON.stringify(body), more);
  }

  /** Breaks the connection: `reset` with a TCP RST, `cut` with a FIN. */
  break(how: 'reset' | 'cut'): void {
    this.#end(false);
    if (how === 'reset') {
      this.response.socket?.resetAndDestroy();
    } else {
      this.response.socket?.destroy();
    }
  }

  #end(aborted: boolean): void {
    if (this.#call.endedAt === null) {
      this.#call.endedAt = Date.now();
      this.#call.aborted = aborted;
    }
  }
}
