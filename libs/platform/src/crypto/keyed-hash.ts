import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

import type { PrismaClient } from '../database/index.js';
import { type MasterKey, namedSecret } from './master-key.js';

/** What is hashed: each purpose has a secret of its own. */
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
        pieces.forEach((piece) => hmac.update(piece));
      } else {
        const whole = part as string | Buffer;
        hmac.update(`${Buffer.byteLength(whole)}:`).update(whole);
      }
    }
    return hmac.digest();
  }
}
