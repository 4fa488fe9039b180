import { isAscii } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

import type { KeyedHash } from '@reqrun/platform/crypto';
import {
  canonicalJson,
  canonicalPiecesOf,
  removeMembers,
  scanGradually,
} from '@reqrun/platform/json';
import type { FormPart } from '@reqrun/platform/multipart';

import { STREAM_MEMBERS } from './request-body.js';

/** Parts of a fingerprint. */
export interface FingerprintParts {
  projectId: string;
  mode: string;
  endpoint: string;
  /** JSON in well-formed UTF-8, nested no deeper than the stack allows; or a form. */
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
  return digestOfBody(hash, [projectId, mode, endpoint], body);
}

/**
 * Computes the fingerprint of a body that says how its answer is sent. That does not count: a stream and a plain
 * answer of one body are the same request.
 *
 * @param hash as of `fingerprintOf`
 * @param parts the parts of the fingerprint
 * @returns the fingerprint, and the one of earlier versions, in which every member counted
 */
export async function fingerprintsOfStream(
  hash: KeyedHash,
  parts: FingerprintParts,
): Promise<{ fingerprint: Buffer; formerFingerprint: Buffer }> {
  const formerFingerprint = await fingerprintOf(hash, parts);
  const { members } = await scanGradually(parts.body);
  const body = removeMembers(Buffer.from(parts.body), members, (name) => STREAM_MEMBERS.has(name));
  return { fingerprint: await fingerprintOf(hash, { ...parts, body }), formerFingerprint };
}

/**
 * Hashes parts and the meaning of a body.
 *
 * @param hash the keyed hash
 * @param parts the parts before the body
 * @param body JSON in well-formed UTF-8, nested no deeper than the stack allows
 * @returns a promise only for a large body, which yields to the event loop between the steps
 */
export function digestOfBody(
  hash: KeyedHash,
  parts: readonly string[],
  body: Buffer,
): Buffer | Promise<Buffer> {
  return body.length >= LARGE_BYTES
    ? digestInTurns(hash, parts, body)
    : hash.digest(...parts, canonicalJson(textOf(body)));
}

async function digestInTurns(
  hash: KeyedHash,
  parts: readonly string[],
  body: Buffer,
): Promise<Buffer> {
  await setImmediate();
  const pieces = canonicalPiecesOf(body);
  await setImmediate();
  return hash.digestGradually(pieces, ...parts);
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
    ? hash.digestGradually([body], projectId, mode, endpoint, 'bytes')
    : hash.digest(projectId, mode, endpoint, 'bytes', body);
}

/**
 * The fingerprint of a form: of the name, the file name, the content type and the bytes of each part. The boundary
 * does not count, nor does the order of fields with different names.
 *
 * @param hash keyed, so that nobody can try bodies against a stored fingerprint
 * @param content endpoint and body
 * @param parts parts of the body, by their places in it
 * @returns a promise for a large body alone: others get their turn between the steps
 */
export function formFingerprintOf(
  hash: KeyedHash,
  { projectId, mode, endpoint, body }: FingerprintParts,
  parts: readonly FormPart[],
): Buffer | Promise<Buffer> {
  const pieces = parts
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .flatMap(({ name, fileName, contentType, dataStart, dataEnd }) => [
      ...[name, said(fileName), said(contentType)].flatMap((text) => [`${text.length}:`, text]),
      `${dataEnd - dataStart}:`,
      body.subarray(dataStart, dataEnd),
    ]);
  // Both ways have the same end: the length of a boundary alone can make a body large.
  return body.length >= LARGE_BYTES
    ? hash.digestGradually(pieces, projectId, mode, endpoint, 'form')
    : hash.digest(projectId, mode, endpoint, 'form', Buffer.concat(pieces.map(bytesOf)));
}

const bytesOf = (piece: string | Buffer): Buffer =>
  typeof piece === 'string' ? Buffer.from(piece) : piece;

/** A text that tells an empty value from none. */
const said = (value: string | null): string => (value === null ? '' : `=${value}`);

/** Most bodies are ASCII, of which Node makes a text in less time and half of the memory. */
const textOf = (body: Buffer): string => body.toString(isAscii(body) ? 'latin1' : 'utf8');
