import { notAccepted } from '../../http/api-error.js';
import type { Caller } from '../auth/caller.js';

/** Largest part of the streams that one API key has, so that none keeps out all others. */
const SHARE_OF_KEY = 0.75;
const RETRY_AFTER_FULL_S = 1;

/** Counts the streams that this process shows. */
export class StreamSlots {
  #count = 0;
  readonly #perKey = new Map<string, number>();
  readonly #mostPerKey: number;

  /** @param most largest number of streams at once */
  constructor(private readonly most: number) {
    this.#mostPerKey = Math.max(1, Math.floor(most * SHARE_OF_KEY));
  }

  /**
   * Counts a stream.
   *
   * @param caller the caller
   * @returns ends the count
   * @throws ApiError `overloaded` when this process shows as many as it may, `too_many_waiting` when the key has its
   *   share
   */
  enter({ apiKeyId }: Caller): () => void {
    if (this.#count >= this.most) {
      throw notAccepted('overloaded', RETRY_AFTER_FULL_S);
    }
    const ofKey = this.#perKey.get(apiKeyId) ?? 0;
    if (ofKey >= this.#mostPerKey) {
      throw notAccepted('too_many_waiting', RETRY_AFTER_FULL_S);
    }
    this.#change(apiKeyId, 1);
    return () => this.#change(apiKeyId, -1);
  }

  #change(apiKeyId: string, change: 1 | -1): void {
    this.#count += change;
    const ofKey = (this.#perKey.get(apiKeyId) ?? 0) + change;
    if (ofKey === 0) {
      this.#perKey.delete(apiKeyId);
    } else {
      this.#perKey.set(apiKeyId, ofKey);
    }
  }
}
