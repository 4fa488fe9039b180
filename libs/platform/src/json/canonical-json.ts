import { canonicalNumber } from './canonical-number.js';
import { canonicalString } from './canonical-string.js';
import { endOfScalar, endOfString, skipSpace } from './text-tokens.js';

/** A text in one piece, or in several that are not put together yet. */
type Rope = string | readonly Rope[];

/** Pieces that are longer than this together stay apart: each level would copy them once more. */
const JOINED_LENGTH = 4096;

/**
 * One spelling for all JSON texts that mean the same: no white space, members sorted by name, no
 * needless escapes, and numbers as exact decimals. Unlike RFC 8785 it never rounds a number: two
 * bodies that differ in the seventeenth digit are two bodies. Of members that share a name the last
 * one counts, as it does for JSON.parse.
 *
 * @param text valid JSON, not nested deeper than the stack allows
 */
export function canonicalJson(text: string): string {
  return canonicalPieces(text).join('');
}

/**
 * The same in pieces, so that a large text need not be held once more.
 *
 * @param text valid JSON, not nested deeper than the stack allows
 */
export function canonicalPieces(text: string): string[] {
  const pieces: string[] = [];
  collect(new Canonicalizer(text).value(), pieces);
  return pieces;
}

function collect(rope: Rope, pieces: string[]): void {
  if (typeof rope === 'string') {
    pieces.push(rope);
  } else {
    for (const part of rope) {
      collect(part, pieces);
    }
  }
}

const single = (pieces: readonly string[]): Rope => {
  const [first = ''] = pieces;
  return pieces.length === 1 ? first : pieces;
};

function joined(parts: readonly Rope[]): Rope {
  let length = 0;
  for (const part of parts) {
    length += typeof part === 'string' ? part.length : Infinity;
  }
  return length > JOINED_LENGTH ? parts : parts.join('');
}

class Canonicalizer {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): Rope {
    this.at = skipSpace(this.text, this.at);
    switch (this.text.charAt(this.at)) {
      case '{':
        return this.object();
      case '[':
        return this.array();
      case '"':
        return single(this.string());
      default:
        return this.scalar();
    }
  }

  private object(): Rope {
    const members = new Map<string, Rope>();
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text[this.at] !== '}') {
      const name = this.string().join('');
      this.at = skipSpace(this.text, this.at) + 1;
      members.set(name, this.value());
      this.skipComma();
    }
    this.at += 1;
    const names = [...members.keys()].sort();
    const parts: Rope[] = [];
    for (const name of names) {
      parts.push(parts.length === 0 ? '{' : ',', name, ':', members.get(name) ?? '');
    }
    parts.push(parts.length === 0 ? '{}' : '}');
    return joined(parts);
  }

  private array(): Rope {
    const parts: Rope[] = [];
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text[this.at] !== ']') {
      parts.push(parts.length === 0 ? '[' : ',', this.value());
      this.skipComma();
    }
    this.at += 1;
    parts.push(parts.length === 0 ? '[]' : ']');
    return joined(parts);
  }

  private string(): readonly string[] {
    const start = this.at;
    this.at = endOfString(this.text, start);
    return canonicalString(this.text.slice(start, this.at));
  }

  private scalar(): string {
    const start = this.at;
    this.at = endOfScalar(this.text, start);
    const raw = this.text.slice(start, this.at);
    return raw === 'true' || raw === 'false' || raw === 'null' ? raw : canonicalNumber(raw);
  }

  private skipComma(): void {
    this.at = skipSpace(this.text, this.at);
    if (this.text[this.at] === ',') {
      this.at = skipSpace(this.text, this.at + 1);
    }
  }
}
