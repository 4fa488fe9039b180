/** Letters that may stand behind a backslash, beside `u`. */
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'));
const LITERALS: Readonly<Record<number, Buffer>> = {
  0x66: Buffer.from('false'),
  0x6e: Buffer.from('null'),
  0x74: Buffer.from('true'),
};

/**
 * @param byte a byte of a text, or undefined behind its end
 * @returns whether it is white space between tokens of JSON (RFC 8259, 2)
 */
export const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Reads on in a string.
 *
 * @param bytes JSON
 * @param at behind the opening quote or any whole character of it
 * @param end where to stop; the last character is read whole
 * @returns the place of the closing quote, or where it stopped; -1 for what no string may hold
 */
export function partOfString(bytes: Buffer, at: number, end: number): number {
  for (; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) {
      return at;
    }
    if (byte < 0x20) {
      return -1;
    }
    if (byte === 0x5c) {
      const escaped = bytes[at + 1] ?? 0;
      if (escaped === 0x75 && isHex4(bytes, at + 2)) {
        at += 5;
      } else if (ESCAPED.has(escaped)) {
        at += 1;
      } else {
        return -1;
      }
    }
  }
  return at;
}

/**
 * @param bytes JSON
 * @param at where a value begins
 * @returns behind the number that begins there; null where none does
 */
export function endOfNumber(bytes: Buffer, at: number): number | null {
  const whole = bytes[at] === 0x2d ? at + 1 : at;
  let end = endOfDigits(bytes, whole);
  if (end === whole || (bytes[whole] === 0x30 && end > whole + 1)) {
    return null;
  }
  if (bytes[end] === 0x2e) {
    const fraction = end + 1;
    end = endOfDigits(bytes, fraction);
    if (end === fraction) {
      return null;
    }
  }
  if (bytes[end] === 0x65 || bytes[end] === 0x45) {
    const sign = bytes[end + 1];
    const exponent = sign === 0x2b || sign === 0x2d ? end + 2 : end + 1;
    end = endOfDigits(bytes, exponent);
    if (end === exponent) {
      return null;
    }
  }
  return end;
}

/**
 * @param bytes JSON
 * @param at where a value begins
 * @returns behind `true`, `false` or `null`; null where none stands there
 */
export function endOfLiteral(bytes: Buffer, at: number): number | null {
  const literal = LITERALS[bytes[at] ?? 0];
  if (literal === undefined) {
    return null;
  }
  for (let place = 1; place < literal.length; place += 1) {
    if (bytes[at + place] !== literal[place]) {
      return null;
    }
  }
  return at + literal.length;
}

function endOfDigits(bytes: Buffer, at: number): number {
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || byte < 0x30 || byte > 0x39) {
      return at;
    }
    at += 1;
  }
}

function isHex4(bytes: Buffer, at: number): boolean {
  for (let place = at; place < at + 4; place += 1) {
    const byte = bytes[place] ?? 0;
    const isHex =
      (byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x41 && byte <= 0x46) ||
      (byte >= 0x61 && byte <= 0x66);
    if (!isHex) {
      return false;
    }
  }
  return true;
}
