/** Bytes that are handed to the connection at once: copied, so that the rest can go before the last is sent. */
const CHUNK_BYTES = 128 * 1024;

/**
 * A large body that is held no longer than it takes to send it: the call itself, which may wait for
 * minutes, holds nothing.
 */
export class OneTimeBody {
  readonly length: number;
  #bytes: Buffer | null;
  readonly #done: () => void;

  /**
   * @param bytes what is sent
   * @param done told when they are held no longer: sent, or not to be sent any more
   */
  constructor(bytes: Buffer, done: () => void) {
    this.length = bytes.length;
    this.#bytes = bytes;
    this.#done = done;
  }

  /** The bytes while they are held; null once they are sent or dropped. */
  peek(): Buffer | null {
    return this.#bytes;
  }

  /** Gives the bytes away, in chunks as the connection takes them; a second time there are none. */
  async *send(): AsyncGenerator<Buffer> {
    try {
      for (let at = 0; at < this.length && this.#bytes !== null; at += CHUNK_BYTES) {
        yield await Promise.resolve(Buffer.from(this.#bytes.subarray(at, at + CHUNK_BYTES)));
      }
    } finally {
      this.drop();
    }
  }

  /** Lets go of the bytes. Later calls change nothing. */
  drop(): void {
    if (this.#bytes !== null) {
      this.#bytes = null;
      this.#done();
    }
  }
}
