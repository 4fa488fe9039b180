import type { RawResponse } from './types/fetch.js';

/** An answer and what came with it. */
export interface APIResult<T> {
  readonly data: T;
  /** The last HTTP response of the call; its body has been read. */
  readonly response: RawResponse;
  /** `rr_…` for what was accepted, else `req_…`. */
  readonly requestId: string | null;
}

/** A promise of the data, or with `withResponse()` of the data and its HTTP response. */
export class APIPromise<T> extends Promise<T> {
  readonly #result: Promise<APIResult<T>>;

  /** @param result what is promised */
  constructor(result: Promise<APIResult<T>>) {
    // Settled by the result alone: two promises would mean two unhandled rejections.
    super((resolve) => resolve(undefined as T));
    this.#result = result;
  }

  /** Ordinary promises are returned by `then()`. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The data, the HTTP response, and the request's id. */
  withResponse(): Promise<APIResult<T>> {
    return this.#result;
  }

  override then<Fulfilled = T, Rejected = never>(
    onFulfilled?: ((value: T) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#result.then(({ data }) => data).then(onFulfilled, onRejected);
  }
}
