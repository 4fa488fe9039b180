import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { PrismaClient } from '../database/index.js';
import { type MasterKey, namedSecret } from './master-key.js';

/** Purposes of hashing: each has a secret of its own. */
export type HashPurpose =
  'api-key' | 'fingerprint' | 'cache' | 'password' | 'admin-token' | 'sign-in' | 'audit';

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
   * @param parts what to hash
   * @returns 32 bytes
   */
  digest(...parts: readonly (string | Buffer)[]): Buffer {
    const hmac = createHmac('sha256', this.secret);
    for (const part of parts) {
      hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    }
    return hmac.digest();
  }

  /**
   * `digest` whose last part is large: others have their turns in between.
   *
   * @param last pieces of the last part; they are read twice, first for their length
   * @param parts the parts before it
   * @returns the 32 bytes of `digest` with the pieces put together
   */
  async digestGradually(
    last: Iterable<string | Buffer>,
    ...parts: readonly string[]
  ): Promise<Buffer> {
    const hmac = createHmac('sha256', this.secret);
    for (const part of parts) {
      hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    }
    let length = 0;
    await inTurns(last, (piece) => {
      length += Buffer.byteLength(piece);
    });
    hmac.update(`${length}:`);
    await inTurns(last, (piece) => {
      hmac.update(piece);
    });
    return hmac.digest();
  }
}

/** Bytes that are read in one turn of the event loop, in a few milliseconds. */
const TURN_BYTES = 1024 * 1024;

/** Reads pieces, and gives others a turn whenever so many bytes were read. Long pieces are cut. */
async function inTurns(
  pieces: Iterable<string | Buffer>,
  read: (piece: string | Buffer) => void,
): Promise<void> {
  let left = TURN_BYTES;
  for (const piece of pieces) {
    for (const part of partsOf(piece)) {
      read(part);
      left -= part.length;
      if (left <= 0) {
        left = TURN_BYTES;
        await nextTurn();
      }
    }
  }
}

function* partsOf(piece: string | Buffer): Generator<string | Buffer, void, undefined> {
  if (piece.length <= TURN_BYTES) {
    yield piece;
    return;
  }
  const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(piece);
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    yield bytes.subarray(at, at + TURN_BYTES);
  }
}
