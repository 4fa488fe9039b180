import { createSecretKey, type KeyObject } from 'node:crypto';

import type { PrismaClient } from '../database/index.js';
import { open, seal } from './aead.js';
import { type MasterKey, namedSecret } from './master-key.js';

/**
 * Seals small secrets that belong to no project, e.g. that of a second factor, under a key that is
 * stored wrapped. AES-256-GCM with random IVs: meant for far fewer than 2^32 seals.
 */
export class SecretBox {
  private constructor(
    private readonly key: KeyObject,
    private readonly purpose: string,
  ) {}

  /**
   * Loads (or makes, once for all processes) the key of a purpose.
   *
   * @param prisma the database
   * @param masterKey what the key is wrapped with
   * @param purpose what is sealed: each purpose has a key of its own
   * @throws MasterKeyMismatchError when the master key does not fit
   */
  static async load(
    prisma: PrismaClient,
    masterKey: MasterKey,
    purpose: 'second-factor',
  ): Promise<SecretBox> {
    return new SecretBox(createSecretKey(await namedSecret(prisma, masterKey, purpose)), purpose);
  }

  /**
   * Encrypts a secret.
   *
   * @param ownerId whose it is: it opens for nobody else
   * @param secret the bytes
   */
  seal(ownerId: string, secret: Buffer): Buffer {
    return seal(this.key, 0, this.contextOf(ownerId), secret);
  }

  /**
   * Decrypts what `seal` returned.
   *
   * @param ownerId the same owner
   * @param blob the blob
   * @throws UnreadableError when it is another's or was changed
   */
  open(ownerId: string, blob: Uint8Array): Buffer {
    return open(this.key, this.contextOf(ownerId), Buffer.from(blob));
  }

  private contextOf(ownerId: string): string {
    return `reqrun|box|${this.purpose}|${ownerId}`;
  }
}
