import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { PrismaClient } from '../database/index.js';
import { type MasterKey, namedSecret } from './master-key.js';

/** Purposes of hashing: each has a secret of its own. */
export type HashPurpose =
  'api-key' | 'fingerprint' | 'password' | 'admin-token' | 'sign-in' | 'audit';

/** HMAC-SHA-256 under a secret that is stored wrapped, never derived from the master key. */
export class KeyedHash {
  private constructor(private readonly secret: KeyObject) {}

  /**
   * Loads (or makes, once for all processes) the secret of a purpose.
   *
   * @param prisma the database
   * @param masterKey what the secret is wrapped with
   * @param purpose what is hashed
   * @throws MasterKeyMismatchError when the master key does not fit
   */
  static async load(
    prisma: PrismaClient,
    masterKey: MasterKey,
    purpose: HashPurpose,
  ): Promise<KeyedHash> {
    return new KeyedHash(createSecretKey(await namedSecret(prisma, masterKey, purpose)));
  }

  /**
   * Hashes parts. Each is preceded by its length, so that no two lists of parts collide.
   *
   * @param parts what to hash; a list of texts is one part in pieces
   * @returns 32 bytes
   */
  digest(...parts: readonly (string | Buffer | readonly string[])[]): Buffer {
    const hmac = createHmac('sha256', this.secret);
    for (const part of parts) {
      if (Array.isArray(part)) {
        const pieces = part as readonly string[];
        hmac.update(`${pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0)}:`);
        pieces.forEach((piece) => updateInParts(hmac, piece));
      } else {
        const whole = part as string | Buffer;
        hmac.update(`${Buffer.byteLength(whole)}:`).update(whole);
      }
    }
    return hmac.digest();
  }

  /**
   * `digest` whose last part is large: others have their turns in between.
   *
   * @param last the last part
   * @param parts the parts before it
   * @returns the same 32 bytes
   */
  async digestGradually(last: Buffer, ...parts: readonly string[]): Promise<Buffer> {
    const hmac = createHmac('sha256', this.secret);
    for (const part of parts) {
      hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    }
    hmac.update(`${last.length}:`);
    for (let at = 0; at < last.length; at += SLICE_BYTES) {
      hmac.update(last.subarray(at, at + SLICE_BYTES));
      await nextTurn();
    }
    return hmac.digest();
  }
}

/** Bytes that are hashed in one turn of the event loop, in a few milliseconds. */
const SLICE_BYTES = 1024 * 1024;

/** Characters of a text that are turned into bytes at once. */
const PART_LENGTH = 256 * 1024;

/** Hashes a text of any length without holding all of its bytes beside it. */
function updateInParts(hmac: ReturnType<typeof createHmac>, text: string): void {
  let at = 0;
  while (text.length - at > PART_LENGTH) {
    // Halves of a surrogate pair stay together: alone they would be written as something else.
    const unit = text.charCodeAt(at + PART_LENGTH - 1);
    const end = at + PART_LENGTH + (unit >= 0xd800 && unit < 0xdc00 ? 1 : 0);
    hmac.update(text.slice(at, end));
    at = end;
  }
  hmac.update(at === 0 ? text : text.slice(at));
}
