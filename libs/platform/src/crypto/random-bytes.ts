import { randomBytes } from 'node:crypto';

const BLOCK_BYTES = 6 * 1024;

/**
 * Random values of one length, drawn from the system's generator by the block: asking it for a few
 * bytes costs as much as encrypting a prompt. Each byte is given out once.
 */
export class RandomBytes {
  private block = Buffer.alloc(0);
  private at = 0;

  /** @param length bytes of each value */
  constructor(private readonly length: number) {}

  /** The next value: a view on memory that is never written again. */
  next(): Buffer {
    if (this.at + this.length > this.block.length) {
      this.block = randomBytes(BLOCK_BYTES);
      this.at = 0;
    }
    const from = this.at;
    this.at += this.length;
    return this.block.subarray(from, this.at);
  }
}
