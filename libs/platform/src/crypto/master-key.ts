import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

import type { PrismaClient } from '../database/index.js';
import { KEY_BYTES, open, seal, UnreadableError } from './aead.js';

/** The master key does not open what the database holds. Stops the start. */
export class MasterKeyMismatchError extends Error {
  override name = 'MasterKeyMismatchError';

  constructor() {
    super(
      'The master key does not fit the data in this database. ' +
        'Set REQRUN_MASTER_KEY to the key that the data was written with.',
    );
  }
}

/** The key that wraps all others. It encrypts nothing but keys and secrets. */
export class MasterKey {
  /** Tells keys apart without telling anything about them. */
  readonly id: string;
  private readonly key: KeyObject;

  /** @param bytes 32 bytes */
  constructor(bytes: Buffer) {
    this.key = createSecretKey(bytes);
    this.id = createHash('sha256')
      .update('reqrun master key id')
      .update(bytes)
      .digest('hex')
      .slice(0, 16);
  }

  /**
   * Encrypts a key or a secret.
   *
   * @param name what it is for; it unwraps under no other name
   * @param secret the bytes to wrap
   */
  wrap(name: string, secret: Buffer): Buffer {
    return seal(this.key, 0, `reqrun|wrap|${name}`, secret);
  }

  /**
   * Decrypts what `wrap` returned.
   *
   * @param name the same name
   * @param wrapped the blob
   * @throws MasterKeyMismatchError when this master key did not wrap it
   */
  unwrap(name: string, wrapped: Uint8Array): Buffer {
    try {
      return open(this.key, `reqrun|wrap|${name}`, Buffer.from(wrapped));
    } catch (error) {
      throw error instanceof UnreadableError ? new MasterKeyMismatchError() : error;
    }
  }
}

/**
 * Reads a named secret, making it first if there is none. Safe to call from many processes at once.
 *
 * @param prisma the database
 * @param masterKey what wraps it
 * @param name which secret
 * @returns 32 random bytes, the same for every process
 * @throws MasterKeyMismatchError when the stored one was wrapped by another master key
 */
export async function namedSecret(
  prisma: PrismaClient,
  masterKey: MasterKey,
  name: string,
): Promise<Buffer> {
  const fresh = masterKey.wrap(name, randomBytes(KEY_BYTES));
  await prisma.secret.createMany({
    data: [{ name, wrapped: Uint8Array.from(fresh), masterKeyId: masterKey.id }],
    skipDuplicates: true,
  });
  const stored = await prisma.secret.findUniqueOrThrow({ where: { name } });
  return masterKey.unwrap(name, stored.wrapped);
}
