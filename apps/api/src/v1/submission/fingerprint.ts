import { isAscii } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

import type { KeyedHash } from '@reqrun/platform/crypto';
import { canonicalJson, canonicalPieces } from '@reqrun/platform/json';

/** Parts of a fingerprint. */
export interface FingerprintParts {
  projectId: string;
  mode: string;
  endpoint: string;
  /** JSON in well-formed UTF-8, nested no deeper than the stack allows. */
  body: Buffer;
}

/** Smallest body, in bytes, whose fingerprint is computed in several turns of the event loop. */
const LARGE_BYTES = 64 * 1024;

/**
 * Computes the fingerprint of a request. Bodies with the same meaning have the same one, however they are
 * written.
 *
 * @param hash the keyed hash; the key keeps bodies from being tried against a stored fingerprint
 * @param parts the parts of the fingerprint
 * @returns a promise only for a large body, which yields to the event loop between the steps
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

/**
 * The fingerprint of the bytes of a body: equal bytes alone have the same. A retry of an SDK sends the same
 * bytes again, so nothing need be read of them.
 *
 * @param hash keyed, so that nobody can try bodies against a stored fingerprint
 * @param parts endpoint and body
 * @returns a promise for a large body alone: others get their turn between the steps
 */
export function bytesFingerprintOf(
  hash: KeyedHash,
  { projectId, mode, endpoint, body }: FingerprintParts,
): Buffer | Promise<Buffer> {
  return body.length >= LARGE_BYTES
    ? hash.digestGradually(body, projectId, mode, endpoint, 'bytes')
    : hash.digest(projectId, mode, endpoint, 'bytes', body);
}

/** Most bodies are ASCII, of which Node makes a text in less time and half of the memory. */
const textOf = (body: Buffer): string => body.toString(isAscii(body) ? 'latin1' : 'utf8');
