import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

import { setImmediate as nextTurn } from 'node:timers/promises';

import { RandomBytes } from './random-bytes.js';

/** Bytes of an AES-256 key. */
export const KEY_BYTES = 32;

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Version, id of the key, IV. */
const HEADER_BYTES = 1 + 4 + IV_BYTES;

const ivs = new RandomBytes(IV_BYTES);

/** A blob can't be opened: wrong key, other place than it was sealed for, or changed bytes. */
export class UnreadableError extends Error {
  override name = 'UnreadableError';
}

/**
 * Encrypts with AES-256-GCM under a random 96-bit IV (NIST SP 800-38D allows 2^32 of them per key).
 *
 * @param key 32 bytes; as an object, for Node.js 24 takes four times as long to use plain bytes
 * @param keyId stands in clear in the blob, so that the key can be found again; 0 to 2^32-1
 * @param context what the blob belongs to; it opens nowhere else
 * @param plaintext the content, in parts that are joined
 * @returns version (1 byte), key id (4), IV (12), ciphertext, tag (16)
 */
export function seal(
  key: KeyObject,
  keyId: number,
  context: string,
  ...plaintext: readonly Buffer[]
): Buffer {
  return Buffer.concat(sealInParts(key, keyId, context, ...plaintext));
}

/**
 * `seal` for who joins the blob with others anyway.
 *
 * @returns the blob, in parts
 */
export function sealInParts(
  key: KeyObject,
  keyId: number,
  context: string,
  ...plaintext: readonly Buffer[]
): readonly Buffer[] {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt8(VERSION, 0);
  header.writeUInt32BE(keyId, 1);
  const iv = ivs.next();
  iv.copy(header, 5);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const body = plaintext.map((part) => cipher.update(part));
  cipher.final();
  return [header, ...body, cipher.getAuthTag()];
}

/**
 * The id of the key that a blob was sealed with.
 *
 * @param blob what `seal` returned
 * @throws UnreadableError when it is no such blob
 */
export function keyIdOf(blob: Buffer): number {
  if (blob.length < HEADER_BYTES + TAG_BYTES || blob[0] !== VERSION) {
    throw new UnreadableError('not an encrypted blob');
  }
  return blob.readUInt32BE(1);
}

/**
 * Decrypts what `seal` returned.
 *
 * @param key the same key
 * @param context the same context
 * @param blob the blob
 * @throws UnreadableError when key, context or a single bit differ
 */
export function open(key: KeyObject, context: string, blob: Buffer): Buffer {
  keyIdOf(blob);
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(5, HEADER_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(blob.subarray(blob.length - TAG_BYTES));
  try {
    const body = decipher.update(blob.subarray(HEADER_BYTES, blob.length - TAG_BYTES));
    decipher.final();
    return body;
  } catch {
    throw new UnreadableError('the blob does not open with this key at this place');
  }
}

/** Bytes that are sealed at once, so that a large content does not keep everybody else waiting. */
const SLICE_BYTES = 1024 * 1024;

/**
 * `seal` for a large content: slice by slice, with turns of the event loop in between, into one buffer.
 *
 * @returns the same blob as `seal`
 */
export async function sealGradually(
  key: KeyObject,
  keyId: number,
  context: string,
  ...plaintext: readonly Buffer[]
): Promise<Buffer> {
  const bytes = plaintext.reduce((sum, { length }) => sum + length, HEADER_BYTES + TAG_BYTES);
  const blob = Buffer.allocUnsafeSlow(bytes);
  blob.writeUInt8(VERSION, 0);
  blob.writeUInt32BE(keyId, 1);
  const iv = ivs.next();
  iv.copy(blob, 5);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  let at = HEADER_BYTES;
  for (const part of plaintext) {
    for (let from = 0; from < part.length; from += SLICE_BYTES) {
      at += cipher.update(part.subarray(from, from + SLICE_BYTES)).copy(blob, at);
      await nextTurn();
    }
  }
  cipher.final();
  cipher.getAuthTag().copy(blob, at);
  return blob;
}

/** Decrypts what `seal` returned, piece by piece as it arrives, into one buffer. */
export class Opening {
  private readonly decipher;
  private readonly body: Buffer;
  private readonly tag = Buffer.alloc(TAG_BYTES);
  /** Bytes of the blob that have arrived. */
  private at = 0;

  /**
   * @param key the same key
   * @param context the same context
   * @param bytes of the whole blob
   * @param head the blob's first bytes, its header at least; to be pushed like the rest
   * @throws UnreadableError when it is no such blob
   */
  constructor(
    key: KeyObject,
    context: string,
    private readonly bytes: number,
    head: Buffer,
  ) {
    keyIdOf(head);
    this.decipher = createDecipheriv('aes-256-gcm', key, head.subarray(5, HEADER_BYTES), {
      authTagLength: TAG_BYTES,
    });
    this.decipher.setAAD(Buffer.from(context));
    this.body = Buffer.allocUnsafeSlow(bytes - HEADER_BYTES - TAG_BYTES);
  }

  /**
   * Takes the next bytes of the blob; the first piece holds all of the header.
   *
   * @param piece follows what was pushed before
   */
  push(piece: Buffer): void {
    const bodyEnd = this.bytes - TAG_BYTES;
    const from = Math.max(HEADER_BYTES, this.at);
    const to = Math.min(bodyEnd, this.at + piece.length);
    if (from < to) {
      this.decipher
        .update(piece.subarray(from - this.at, to - this.at))
        .copy(this.body, from - HEADER_BYTES);
    }
    if (this.at + piece.length > bodyEnd) {
      const behind = Math.max(0, bodyEnd - this.at);
      piece.copy(this.tag, this.at + behind - bodyEnd, behind);
    }
    this.at += piece.length;
  }

  /**
   * The content, when all of the blob was pushed.
   *
   * @throws UnreadableError when key, context or a single bit differ
   */
  finish(): Buffer {
    try {
      this.decipher.setAuthTag(this.tag);
      this.decipher.final();
    } catch {
      throw new UnreadableError('the blob does not open with this key at this place');
    }
    if (this.at !== this.bytes) {
      throw new UnreadableError('the blob is not whole');
    }
    return this.body;
  }
}
