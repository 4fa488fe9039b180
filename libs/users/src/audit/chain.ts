import type { KeyedHash } from '@reqrun/platform/crypto';
import { canonicalJson } from '@reqrun/platform/json';

import type { AuditEntry } from './audit-entry.js';

/** Hash that stands before the first entry. */
const BEGINNING = Buffer.alloc(32);

/**
 * The hash of an entry: it covers all of the entry and the hash before it, under a secret that the
 * database holds wrapped only. Who can write to the tables can't make one.
 *
 * @param hash the keyed hash of the log
 * @param previous the hash of the entry before, or null for the first one
 * @param entry the entry
 * @returns 32 bytes
 */
export function chainHash(
  hash: KeyedHash,
  previous: Buffer | null,
  entry: Omit<AuditEntry, 'hash'>,
): Buffer {
  const { id, at, ...rest } = entry;
  const fields = { ...rest, id: id.toString(), at: at.toISOString() };
  return hash.digest(previous ?? BEGINNING, canonicalJson(JSON.stringify(fields)));
}
