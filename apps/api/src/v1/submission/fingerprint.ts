import { isAscii } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

import type { KeyedHash } from '@reqrun/platform/crypto';
import { canonicalJson, canonicalPieces } from '@reqrun/platform/json';

/** Parts of a fingerprint. */
export interface FingerprintParts {
  projectId: string;
  mode: string;
  endpoint: string;
  /** JSON in well-formed UTF-8, not nested deeper than the stack allows. */
  body: Buffer;
}

/** The fingerprint of a body from this size on is made in several turns of the event loop. */
const LARGE_BYTES = 64 * 1024;

/**
 * Makes the fingerprint of a request: the same for all that mean the same, however they are spelled.
 *
 * @param hash keyed, so that nobody can try bodies against a stored fingerprint
 * @param parts what it is made of
 * @returns a promise for a large body alone: others get their turn between the steps
 */
export function fingerprintOf(hash: KeyedHash, parts: FingerprintParts): Buffer | Promise<Buffer> {
  const { projectId, mode, endpoint, body } = parts;
  return body.length >= LARGE_BYTES
    ? fingerprintInTurns(hash, parts)
    : hash.digest(projectId, mode, endpoint, canonicalJson(textOf(body)));
}

async function fingerprintInTurns(
  hash: KeyedHash,
  { projectId, mode, endpoint, body }: FingerprintParts,
): Promise<Buffer> {
  const text = textOf(body);
  await setImmediate();
  const pieces = canonicalPieces(text);
  await setImmediate();
  return hash.digest(projectId, mode, endpoint, pieces);
}

/** Most bodies are ASCII, of which Node makes a text in less time and half of the memory. */
const textOf = (body: Buffer): string => body.toString(isAscii(body) ? 'latin1' : 'utf8');
