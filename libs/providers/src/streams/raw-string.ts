import { randomUUID } from 'node:crypto';

/**
 * A long string of a JSON text, as it is spelled there: audio or an image in base64, which nobody here has to read.
 * It is put into the answer as it came, without being decoded and encoded again.
 */
export class RawString {
  /** @param parts spelling of the string without its quotes, in parts */
  constructor(readonly parts: readonly Buffer[]) {}

  /**
   * The string with another behind it.
   *
   * @param more the other one
   */
  with(more: RawString | string): RawString {
    return new RawString([...this.parts, ...RawString.of(more).parts]);
  }

  /** The spelling as one. */
  toBytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  /** @param text a string */
  static of(text: RawString | string): RawString {
    return text instanceof RawString
      ? text
      : new RawString([Buffer.from(JSON.stringify(text).slice(1, -1))]);
  }
}

/**
 * Prints a value that may hold raw strings.
 *
 * @param value anything that JSON can say
 * @throws RangeError where it is nested too deeply
 */
export function stringifyWithRaw(value: unknown): Buffer {
  const marks = new Map<string, RawString>();
  const prefix = randomUUID();
  const json = JSON.stringify(value, (_name, member: unknown) => {
    if (!(member instanceof RawString)) {
      return member;
    }
    const mark = `${prefix}:${String(marks.size)}:`;
    marks.set(mark, member);
    return mark;
  });
  if (marks.size === 0) {
    return Buffer.from(json);
  }
  const parts: Buffer[] = [];
  let at = 0;
  for (const [mark, raw] of marks) {
    const place = json.indexOf(mark, at);
    parts.push(Buffer.from(json.slice(at, place)), raw.toBytes());
    at = place + mark.length;
  }
  parts.push(Buffer.from(json.slice(at)));
  return Buffer.concat(parts);
}
