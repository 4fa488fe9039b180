import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
/** 62^43 is the first power of 62 beyond 2^256; 62^6 the first beyond 2^32. */
const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const BODY = new RegExp(`^[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}$`);

/**
 * Makes a secret token: a prefix, 256 random bits and a checksum, so that a mistyped one, or one that
 * a scanner finds in a repository, can be told from a real one without a look-up.
 *
 * @param prefix says what it is for, e.g. `reqrun_live_`
 * @returns the token, to be shown once
 */
export function generateToken(prefix: string): string {
  const secret = BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`);
  const body = prefix + base62(secret, SECRET_DIGITS);
  return body + checksum(body);
}

/**
 * Whether something can be a token at all: if not, no look-up is needed.
 *
 * @param prefix what it has to begin with
 * @param token what a client sent
 */
export function isToken(prefix: string, token: string): boolean {
  return (
    token.startsWith(prefix) &&
    BODY.test(token.slice(prefix.length)) &&
    checksum(token.slice(0, -CHECKSUM_DIGITS)) === token.slice(-CHECKSUM_DIGITS)
  );
}

const checksum = (body: string): string => base62(BigInt(crc32(body)), CHECKSUM_DIGITS);

function base62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
  }
  return text;
}
