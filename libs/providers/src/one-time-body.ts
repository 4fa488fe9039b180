/** Bytes that are handed to the connection at once: copied, so that the rest can go before the last is sent. */
const CHUNK_BYTES = 128 * 1024;

/**
 * A large body that is held no longer than it takes to send it: the call itself, which may wait for
 * minutes, holds nothing.
 */
export class OneTimeBody {
  #length: number;
  #bytes: Buffer | null;
  #edit: { readonly from: number; readonly to: number; readonly bytes: Buffer } | null = null;
  readonly #done: () => void;

  /**
   * @param bytes what is sent
   * @param done told when they are held no longer: sent, or not to be sent any more
   */
  constructor(bytes: Buffer, done: () => void) {
    this.#length = bytes.length;
    this.#bytes = bytes;
    this.#done = done;
  }

  /** Number of bytes that are sent. */
  get length(): number {
    return this.#length;
  }

  /**
   * Has something else sent in place of a part, without a copy of the rest. Once for a body, before it is sent.
   *
   * @param from first byte of the part
   * @param to behind its last byte
   * @param bytes what is sent in its place
   */
  replace(from: number, to: number, bytes: Buffer): void {
    this.#edit = { from, to, bytes };
    this.#length += bytes.length - (to - from);
  }

  /** The bytes while they are held; null once they are sent or dropped. */
  peek(): Buffer | null {
    return this.#bytes;
  }

  /**
   * Changes the bytes before they are sent; nothing happens once they are dropped.
   *
   * @param change makes the new bytes out of the old ones
   */
  async edit(change: (bytes: Buffer) => Promise<Buffer>): Promise<void> {
    if (this.#bytes !== null) {
      const changed = await change(this.#bytes);
      this.#bytes = changed;
      this.#length = changed.length;
    }
  }

  /** Gives the bytes away, in chunks as the connection takes them; a second time there are none. */
  async *send(): AsyncGenerator<Buffer> {
    try {
      const edit = this.#edit;
      if (edit === null) {
        yield* this.#part(0, Infinity);
      } else {
        yield* this.#part(0, edit.from);
        yield edit.bytes;
        yield* this.#part(edit.to, Infinity);
      }
    } finally {
      this.drop();
    }
  }

  async *#part(from: number, end: number): AsyncGenerator<Buffer> {
    for (let at = from; this.#bytes !== null; at += CHUNK_BYTES) {
      const to = Math.min(at + CHUNK_BYTES, end, this.#bytes.length);
      if (at >= to) {
        return;
      }
      yield await Promise.resolve(Buffer.from(this.#bytes.subarray(at, to)));
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
