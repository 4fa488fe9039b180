import { canonicalNumber } from './canonical-number.js';
import { canonicalString } from './canonical-string.js';
import { ByteSource, type CanonicalSource, type Piece, TextSource } from './canonical-source.js';

/** A text in one piece, or in several that are not put together yet. */
type Rope = Piece | readonly Rope[];

/** Pieces that are longer than this together stay apart: each level would copy them once more. */
const JOINED_LENGTH = 4096;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/**
 * One spelling for all JSON texts that mean the same: no white space, members sorted by name, no
 * needless escapes, and numbers as exact decimals. Unlike RFC 8785 it never rounds a number: two
 * bodies that differ in the seventeenth digit are two bodies. Of members that share a name the last
 * one counts, as it does for JSON.parse.
 *
 * @param text valid JSON, not nested deeper than the stack allows
 */
export function canonicalJson(text: string): string {
  return [...canonicalPieces(new Canonicalizer(new TextSource(text)).value())].join('');
}

/**
 * The same of a large text, in pieces that are made as they are read. Long strings stay where they are, so that the
 * text is not held once more.
 *
 * @param bytes valid JSON in well-formed UTF-8, not nested deeper than the stack allows; it must not change while
 *   the pieces are read
 * @returns pieces that can be read several times
 */
export function canonicalPiecesOf(bytes: Buffer): Iterable<string | Buffer> {
  const rope = new Canonicalizer(new ByteSource(bytes)).value();
  return { [Symbol.iterator]: () => canonicalPieces(rope) };
}

function* canonicalPieces(rope: Rope): Generator<string | Buffer, void, undefined> {
  if (typeof rope === 'string' || Buffer.isBuffer(rope)) {
    yield rope;
    return;
  }
  for (const part of rope) {
    yield* canonicalPieces(part);
  }
}

function joined(parts: readonly Rope[]): Rope {
  let length = 0;
  let text = '';
  for (const part of parts) {
    length += typeof part === 'string' ? part.length : Infinity;
    if (length > JOINED_LENGTH) {
      return parts;
    }
    text += part as string;
  }
  return text;
}

class Canonicalizer {
  private at = 0;

  constructor(private readonly source: CanonicalSource) {}

  value(): Rope {
    const { source } = this;
    this.at = source.skipSpace(this.at);
    switch (source.codeAt(this.at) ?? NaN) {
      case BRACE:
        return this.object();
      case BRACKET:
        return this.array();
      case QUOTE:
        return source.string(this.at, this.behindString());
      default:
        return this.scalar();
    }
  }

  private object(): Rope {
    const members = new Map<string, Rope>();
    this.at = this.source.skipSpace(this.at + 1);
    while (this.source.codeAt(this.at) !== BRACE_END) {
      const name = canonicalString(this.source.slice(this.at, this.behindString()));
      this.at = this.source.skipSpace(this.at) + 1;
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
    this.at = this.source.skipSpace(this.at + 1);
    while (this.source.codeAt(this.at) !== BRACKET_END) {
      parts.push(parts.length === 0 ? '[' : ',', this.value());
      this.skipComma();
    }
    this.at += 1;
    parts.push(parts.length === 0 ? '[]' : ']');
    return joined(parts);
  }

  private scalar(): string {
    const start = this.at;
    this.at = this.source.endOfScalar(start);
    const raw = this.source.slice(start, this.at);
    return raw === 'true' || raw === 'false' || raw === 'null' ? raw : canonicalNumber(raw);
  }

  /** Moves behind the string that begins here, and returns that place. */
  private behindString(): number {
    this.at = this.source.endOfString(this.at);
    return this.at;
  }

  private skipComma(): void {
    this.at = this.source.skipSpace(this.at);
    if (this.source.codeAt(this.at) === COMMA) {
      this.at = this.source.skipSpace(this.at + 1);
    }
  }
}
