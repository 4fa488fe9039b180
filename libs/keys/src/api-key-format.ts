import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { RequestMode } from '@reqrun/contracts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62^43 is the first power of 62 beyond 2^256; 62^6 the first beyond 2^32. */
const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const KEY = new RegExp(`^reqrun_(live|test)_[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}$`);

/** What may be shown of a key. */
export interface ApiKeyParts {
  mode: RequestMode;
  /** The beginning, to recognise it by. */
  prefix: string;
  lastFour: string;
}

/**
 * Makes a key: 256 random bits and a checksum, so that a mistyped key, or one that a scanner finds
 * in a repository, can be told from a real one without a look-up.
 *
 * @param mode `live` or `test`; it stands in the key
 * @returns the key, to be shown once
 */
export function generateApiKey(mode: RequestMode): string {
  const body = `reqrun_${mode}_${base62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`), SECRET_DIGITS)}`;
  return body + checksum(body);
}

/**
 * Whether something can be a key at all.
 *
 * @param key what a client sent
 * @returns its parts, or null: then no look-up is needed
 */
export function parseApiKey(key: string): ApiKeyParts | null {
  const match = KEY.exec(key);
  if (match === null || checksum(key.slice(0, -CHECKSUM_DIGITS)) !== key.slice(-CHECKSUM_DIGITS)) {
    return null;
  }
  const mode: RequestMode = match[1] === 'test' ? 'test' : 'live';
  return { mode, prefix: key.slice(0, `reqrun_${mode}_`.length + 4), lastFour: key.slice(-4) };
}

const checksum = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_DIGITS);

function base62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
  }
  return text;
}
