import type { RequestMode } from '@reqrun/contracts';
import type { KeyedHash } from '@reqrun/platform/crypto';
import type { PrismaClient } from '@reqrun/platform/database';

import { generateApiKey, parseApiKey } from './api-key-format.js';

/** How long a rotated key goes on working beside its successor, unless told otherwise. */
export const DEFAULT_ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1000;

/** A key that was just made. The secret is not kept anywhere: it is shown now or never. */
export interface CreatedApiKey {
  id: string;
  secret: string;
}

/** What a key is made with. */
export interface NewApiKey {
  projectId: string;
  mode: RequestMode;
  name: string;
  expiresAt?: Date;
}

/** Makes, rotates and revokes keys. */
export class ApiKeyStore {
  /**
   * @param prisma the database
   * @param hash the keyed hash under which keys are stored
   */
  constructor(
    private readonly prisma: PrismaClient,
    private readonly hash: KeyedHash,
  ) {}

  /**
   * Makes a key.
   *
   * @param key whose, what for, until when
   */
  async create(key: NewApiKey): Promise<CreatedApiKey> {
    const secret = generateApiKey(key.mode);
    const { id } = await this.prisma.apiKey.create({ data: this.rowOf(key, secret) });
    return { id, secret };
  }

  /**
   * Makes a key that takes another's place; the old one works until the overlap ends.
   *
   * @param id the key to replace
   * @param overlapMs how long both work
   * @returns null when there is no such key, or it is revoked or expired
   */
  async rotate(id: string, overlapMs = DEFAULT_ROTATION_OVERLAP_MS): Promise<CreatedApiKey | null> {
    const old = await this.prisma.apiKey.findUnique({ where: { id } });
    const now = new Date();
    if (old?.revokedAt !== null || (old.expiresAt?.getTime() ?? Infinity) <= now.getTime()) {
      return null;
    }
    const secret = generateApiKey(old.mode);
    const ends = new Date(now.getTime() + overlapMs);
    const [created] = await this.prisma.$transaction([
      this.prisma.apiKey.create({
        data: { ...this.rowOf({ ...old, expiresAt: undefined }, secret), rotatedFromId: old.id },
      }),
      this.prisma.apiKey.update({
        where: { id },
        data: { expiresAt: old.expiresAt !== null && old.expiresAt < ends ? old.expiresAt : ends },
      }),
    ]);
    return { id: created.id, secret };
  }

  /**
   * Revokes a key: it stops working everywhere within 10 s.
   *
   * @param id the key
   * @returns false when there is no such key
   */
  async revoke(id: string): Promise<boolean> {
    const { count } = await this.prisma.apiKey.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    return count > 0 || (await this.prisma.apiKey.count({ where: { id } })) > 0;
  }

  private rowOf(
    key: { projectId: string; mode: RequestMode; name: string; expiresAt?: Date | undefined },
    secret: string,
  ) {
    const parts = parseApiKey(secret);
    return {
      projectId: key.projectId,
      mode: key.mode,
      name: key.name,
      expiresAt: key.expiresAt ?? null,
      keyHash: Uint8Array.from(this.hash.digest(secret)),
      prefix: parts?.prefix ?? '',
      lastFour: parts?.lastFour ?? '',
    };
  }
}
