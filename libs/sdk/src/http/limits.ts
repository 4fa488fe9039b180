import {
  APIAbortError,
  APIConnectionError,
  APITimeoutError,
  type UnansweredCall,
} from '../errors.js';
import { type AbortSignalLike, runtime } from '../runtime.js';

/** The longest that a timer can be set for, in ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** With less than this left the time is over: timers can fire a moment early. */
const OVER_MS = 2;

/** How long one call may take, all its HTTP calls and pauses together, and what is known of it. */
export class CallLimits {
  /** `rr_…`, as soon as it is known. */
  requestId: string | null = null;
  /** Why the last HTTP call failed: said when there is no time for another one. */
  lastError: unknown;
  readonly #endsAt: number;

  /**
   * @param timeoutMs how long it may take; Infinity for no limit
   * @param signal ends it
   * @param idempotencyKey the key of the call, for its errors
   */
  constructor(
    private readonly timeoutMs: number,
    private readonly signal: AbortSignalLike | undefined,
    private readonly idempotencyKey: string | null = null,
  ) {
    this.#endsAt = runtime.performance.now() + timeoutMs;
  }

  /** Time that is left, in ms. */
  get remainingMs(): number {
    return this.#endsAt - runtime.performance.now();
  }

  /** @throws APIAbortError, APITimeoutError */
  check(): void {
    if (this.signal?.aborted === true) {
      throw new APIAbortError('The call was aborted.', this.known(this.signal.reason));
    }
    if (this.remainingMs < OVER_MS) {
      const accepted = this.requestId === null ? '' : ` ${this.requestId} runs on.`;
      throw new APITimeoutError(
        `Not finished within ${this.timeoutMs} ms.${accepted}`,
        this.known(this.lastError),
      );
    }
  }

  /**
   * A pause.
   *
   * @param ms how long; it ends early with the call
   * @throws APIAbortError, APITimeoutError
   */
  async pause(ms: number): Promise<void> {
    this.check();
    await this.#within(ms, () => new Promise<never>(() => undefined)).catch(() => undefined);
    this.check();
  }

  /**
   * Does something that can be aborted.
   *
   * @param limitMs how long it may take, beside the limits of the call
   * @param work what is done; given a signal that ends it
   * @throws APIAbortError, APITimeoutError, APIConnectionError
   */
  async run<T>(limitMs: number, work: (signal: AbortSignalLike) => Promise<T>): Promise<T> {
    this.check();
    try {
      return await this.#within(limitMs, work);
    } catch (error) {
      if (error === STOPPED) {
        this.check();
        throw new APIConnectionError(`No answer within ${limitMs} ms.`, this.known(undefined));
      }
      this.lastError = error;
      this.check();
      throw new APIConnectionError(`The connection failed${causeOf(error)}.`, this.known(error));
    }
  }

  async #within<T>(ms: number, work: (signal: AbortSignalLike) => Promise<T>): Promise<T> {
    const controller = new runtime.AbortController();
    let timer: unknown;
    let stop = (): void => undefined;
    // Raced, because a fetch of somebody's own may not look at its signal.
    const stopped = new Promise<never>((_resolve, reject) => {
      stop = () => {
        controller.abort();
        reject(STOPPED);
      };
    });
    const limit = Math.min(ms, this.remainingMs);
    if (limit < Infinity) {
      timer = runtime.setTimeout(stop, Math.max(0, Math.min(limit, LONGEST_TIMER_MS)));
    }
    this.signal?.addEventListener('abort', stop);
    try {
      return await Promise.race([work(controller.signal), stopped]);
    } finally {
      runtime.clearTimeout(timer);
      this.signal?.removeEventListener('abort', stop);
    }
  }

  /**
   * Facts about the call, for its errors.
   *
   * @param cause what they come from
   */
  known(cause: unknown): UnansweredCall {
    return { requestId: this.requestId, idempotencyKey: this.idempotencyKey, cause };
  }
}

/** Error of an operation that was stopped. */
const STOPPED = new Error('Stopped.');

/** The system's code of a failed connection, e.g. ` (ECONNREFUSED)`. Its words are not repeated. */
function causeOf(error: unknown): string {
  const { cause, code } = (error ?? {}) as { cause?: { code?: unknown }; code?: unknown };
  const known = cause?.code ?? code;
  return typeof known === 'string' && /^\w{1,40}$/.test(known) ? ` (${known})` : '';
}
