/** A member of a JSON object, by its place in the text. */
export interface RawMember {
  /** The name, its escapes decoded. */
  name: string;
  /** Where the name's first quote stands. */
  start: number;
  /** Where the value begins. */
  valueStart: number;
  /** Behind the value's last character. */
  end: number;
}

/** Size of the structure of a JSON text. */
export interface JsonSize {
  /** 0 for a scalar, 1 for a flat object or array. */
  depth: number;
  /** Braces and brackets that open, commas, and colons: what takes memory and time beyond the bytes. */
  structure: number;
}

/**
 * Measures how deeply a JSON text is nested and how much structure it has, without building it: a text
 * that is deep enough breaks whoever walks it recursively, and one of many small parts takes many times
 * its length, so this is asked first.
 *
 * @param text valid or invalid JSON
 * @param most structure at which counting ends; the rest is not looked at
 */
export function jsonSize(text: string, most = Infinity): JsonSize {
  let level = 0;
  let depth = 0;
  let structure = 0;
  for (let at = 0; at < text.length && structure <= most; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at) - 1;
        break;
      case 0x2c:
      case 0x3a:
        structure += 1;
        break;
      case 0x7b:
      case 0x5b:
        structure += 1;
        level += 1;
        depth = level > depth ? level : depth;
        break;
      case 0x7d:
      case 0x5d:
        level -= 1;
        break;
    }
  }
  return { depth, structure };
}

/**
 * The members of a JSON object by their places, so that a text can be changed without being parsed
 * and printed, which would lose digits of numbers and the spelling of everything else.
 *
 * @param text an object that JSON.parse has taken
 * @returns all members in their order, duplicates included
 */
export function topLevelMembers(text: string): RawMember[] {
  const members: RawMember[] = [];
  let at = skipSpace(text, 0) + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text.charCodeAt(at) !== 0x22) {
      return members;
    }
    const start = at;
    at = endOfString(text, at);
    const name = JSON.parse(text.slice(start, at)) as string;
    const valueStart = skipSpace(text, skipSpace(text, at) + 1);
    const end = endOfValue(text, valueStart);
    members.push({ name, start, valueStart, end });
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 0x2c) {
      at += 1;
    }
  }
}

/**
 * The text of a JSON object less some of its members; every other character stays as it came.
 *
 * @param text an object that JSON.parse has taken
 * @param members its members, as `topLevelMembers` found them
 * @param isRemoved which members go
 */
export function withoutMembers(
  text: string,
  members: readonly RawMember[],
  isRemoved: (name: string) => boolean,
): string {
  const pieces = piecesWithout(text.length, members, isRemoved);
  return pieces.map(([from, to]) => text.slice(from, to)).join('');
}

/**
 * The same by its places, for whoever has the text in another form.
 *
 * @param length length of the text, in the units of its members' places
 * @param members its members, in their order
 * @param isRemoved which members go
 * @returns pieces of the text, each by where it begins and where it ends
 */
export function piecesWithout(
  length: number,
  members: readonly RawMember[],
  isRemoved: (name: string) => boolean,
): [from: number, to: number][] {
  const first = members[0];
  const last = members.at(-1);
  if (first === undefined || last === undefined) {
    return [[0, length]];
  }
  const pieces: [number, number][] = [[0, first.start]];
  // Behind the last member that was kept: the comma there, with the white space around it, goes
  // before the next one.
  let separator: [number, number] | null = null;
  for (const [index, { name, start, end }] of members.entries()) {
    if (!isRemoved(name)) {
      if (separator !== null) {
        pieces.push(separator);
      }
      pieces.push([start, end]);
      separator = [end, members[index + 1]?.start ?? end];
    }
  }
  pieces.push([last.end, length]);
  return pieces;
}

/**
 * @param text JSON
 * @param at where the opening quote stands
 * @returns behind the closing quote
 */
export function endOfString(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text.charCodeAt(before) === 0x5c) {
      before -= 1;
    }
    // An even number of backslashes before it: the quote is not escaped.
    if ((quote - before) % 2 === 1) {
      return quote + 1;
    }
  }
  return text.length;
}

/**
 * @param text JSON
 * @param at any place
 * @returns the next place that is no JSON white space
 */
export function skipSpace(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) {
      return at;
    }
    at += 1;
  }
}

/**
 * @param text JSON
 * @param at where a number, `true`, `false` or `null` begins
 * @returns behind its last character
 */
export function endOfScalar(text: string, at: number): number {
  for (; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
      case 0x2c:
      case 0x7d:
      case 0x5d:
        return at;
    }
  }
  return at;
}

function endOfValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 0x22) {
    return endOfString(text, at);
  }
  if (first !== 0x7b && first !== 0x5b) {
    return endOfScalar(text, at);
  }
  let depth = 0;
  for (; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at) - 1;
        break;
      case 0x7b:
      case 0x5b:
        depth += 1;
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        if (depth === 0) {
          return at + 1;
        }
        break;
    }
  }
  return at;
}
