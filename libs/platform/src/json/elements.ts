import { isSpace, partOfString } from './json-tokens.js';

/**
 * The first byte of a value or of an end, behind white space.
 *
 * @param bytes JSON
 * @param at place to begin at
 */
export function firstByteOf(bytes: Buffer, at: number): number | undefined {
  let place = at;
  while (isSpace(bytes[place])) {
    place += 1;
  }
  return bytes[place];
}

/**
 * The places of the elements of an array, found without parsing them.
 *
 * @param bytes valid JSON
 * @param start place of the opening bracket
 * @param end place behind the closing bracket
 * @returns for each element its first byte and the place behind its last
 */
export function* elementsOf(
  bytes: Buffer,
  start: number,
  end: number,
): Generator<readonly [from: number, to: number]> {
  let depth = 0;
  let from = -1;
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isSpace(byte)) {
      continue;
    }
    const closes = byte === 0x5d || byte === 0x7d;
    if (depth === 0 && (byte === 0x2c || closes)) {
      if (from !== -1) {
        yield [from, at];
      }
      from = -1;
      continue;
    }
    if (from === -1) {
      from = at;
    }
    if (byte === 0x22) {
      at = partOfString(bytes, at + 1, end);
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
    } else if (closes) {
      depth -= 1;
    }
  }
}
