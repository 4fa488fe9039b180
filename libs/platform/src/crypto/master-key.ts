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
  /** The key before it, while the data moves from that to this one; null otherwise. */
  readonly previous: MasterKey | null;
  private readonly key: KeyObject;

  /**
   * @param bytes 32 bytes
   * @param previous 32 bytes of the key before it, which then opens what it has wrapped
   */
  constructor(bytes: Buffer, previous?: Buffer) {
    this.previous = previous === undefined ? null : new MasterKey(previous);
    this.key = createSecretKey(bytes);
    this.id = createHash('sha256')
      .update('reqrun master key id')
      .update(bytes)
      .digest('hex')
      .slice(0, 16);
  }

  /** The same key without the previous one. */
  alone(): MasterKey {
    return new MasterKey(this.key.export());
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
   * Decrypts what `wrap` returned, of this key or of the previous one.
   *
   * @param name the same name
   * @param wrapped the blob
   * @throws MasterKeyMismatchError when neither of them wrapped it
   */
  unwrap(name: string, wrapped: Uint8Array): Buffer {
    try {
      return open(this.key, `reqrun|wrap|${name}`, Buffer.from(wrapped));
    } catch (error) {
      if (!(error instanceof UnreadableError)) {
        throw error;
      }
      if (this.previous !== null) {
        return this.previous.unwrap(name, wrapped);
      }
      throw new MasterKeyMismatchError();
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
  const { previous } = masterKey;
  // Until the rotation begins, processes may run that know the previous key alone.
  const hasBegun =
    previous !== null &&
    (await prisma.secret.findFirst({ where: { masterKeyId: masterKey.id } })) !== null;
  const key = hasBegun ? masterKey : (previous ?? masterKey);
  await prisma.secret.createMany({
    data: [
      {
        name,
        wrapped: Uint8Array.from(key.wrap(name, randomBytes(KEY_BYTES))),
        masterKeyId: key.id,
      },
    ],
    skipDuplicates: true,
  });
  const stored = await prisma.secret.findUniqueOrThrow({ where: { name } });
  return masterKey.unwrap(name, stored.wrapped);
}
