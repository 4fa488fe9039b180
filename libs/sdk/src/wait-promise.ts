import { APIPromise, type APIResult } from './api-promise.js';
import type { ChatCompletion } from './types/chat-completion.js';
import type { EndedRequest } from './types/requests.js';

/** A promise of the record of a request that has ended, or with `unwrap()` of its answer. */
export class WaitPromise extends APIPromise<EndedRequest> {
  readonly #answerOf: (record: EndedRequest) => Promise<unknown>;

  /**
   * @param result the record
   * @param answerOf gets the answer of the request
   */
  constructor(
    result: Promise<APIResult<EndedRequest>>,
    answerOf: (record: EndedRequest) => Promise<unknown>,
  ) {
    super(result);
    this.#answerOf = answerOf;
  }

  /**
   * The answer of the request, as a call that waits returns it.
   *
   * @typeParam Answer what the endpoint of the request answers: a completion, unless you say
   * @throws APIError as a rejection: how the request failed, or that it was canceled
   */
  async unwrap<Answer = ChatCompletion>(): Promise<Answer> {
    const { data } = await this.withResponse();
    return (await this.#answerOf(data)) as Answer;
  }
}
