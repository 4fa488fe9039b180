/** Form of an attempt's `Idempotency-Key` when it is ReqRun's: `rr_<id>-<n>`. */
export interface AttemptKey {
  /** `rr_` and the id. */
  readonly requestId: string;
  /** The n, from 1. */
  readonly number: number;
}

/** Reads ReqRun's form of the `Idempotency-Key`; any other key is `undefined`. */
export function readAttemptKey(header: string | undefined): AttemptKey | undefined {
  const match = header === undefined ? null : /^"?(rr_[A-Za-z0-9]+)-(\d{1,9})"?$/.exec(header);
  return match === null ? undefined : { requestId: match[1] ?? '', number: Number(match[2]) };
}

/**
 * Knows which step of its script a request is at.
 *
 * Both the number in the key and the calls that were seen count, whichever is further: the number
 * still holds after the simulator was restarted, and the calls still hold when an attempt repeats
 * the key of one whose outcome is unknown. Remembers the `capacity` requests that called last.
 */
export class AttemptCounter {
  readonly #seen = new Map<string, number>();
  readonly #capacity: number;

  /** @param capacity how many requests are remembered; a longer memory is more memory, no more */
  constructor(capacity = 50_000) {
    this.#capacity = capacity;
  }

  /**
   * Counts one call.
   *
   * @param key the call's `Idempotency-Key` if it is one of ReqRun's
   * @param retryCount the call's `x-stainless-retry-count`, which the stock OpenAI SDKs send
   * @returns the index of the step to play, from 0
   */
  next(key: AttemptKey | undefined, retryCount: string | undefined): number {
    if (key === undefined) {
      return retryCount !== undefined && /^\d{1,9}$/.test(retryCount) ? Number(retryCount) : 0;
    }
    const seen = this.#seen.get(key.requestId) ?? 0;
    // A Map keeps the order of insertion, so the first entry is the one that called longest ago.
    this.#seen.delete(key.requestId);
    this.#seen.set(key.requestId, seen + 1);
    if (this.#seen.size > this.#capacity) {
      for (const oldest of this.#seen.keys()) {
        this.#seen.delete(oldest);
        break;
      }
    }
    return Math.max(seen, key.number - 1);
  }
}
