import { isSpace } from './json-tokens.js';
import { canonicalString, canonicalStringPieces } from './canonical-string.js';

/** A part of a canonical text. Those that are long are bytes of the source, or are spelled when they are read. */
export type Piece = string | Buffer | Iterable<string>;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET_END = 0x5d;
const BRACE_END = 0x7d;
const BACKSLASH = 0x5c;
/** Strings from this length on, in bytes, stay in the source. */
const LONG_BYTES = 4096;

/** Valid JSON that is read token by token. Places count code units of a text, or bytes. */
export abstract class CanonicalSource {
  /**
   * @param at any place
   * @returns the code of the character there; NaN or undefined behind the end
   */
  abstract codeAt(at: number): number | undefined;

  /**
   * @param start place of the first character
   * @param end place behind the last character
   */
  abstract slice(start: number, end: number): string;

  /**
   * Spells a string in the canonical way.
   *
   * @param start place of the opening quote
   * @param end place behind the closing quote
   */
  abstract string(start: number, end: number): Piece;

  protected abstract nextQuote(from: number): number;

  /**
   * @param at any place
   * @returns the next place that is no white space
   */
  skipSpace(at: number): number {
    while (isSpace(this.codeAt(at))) {
      at += 1;
    }
    return at;
  }

  /**
   * @param at place of the opening quote
   * @returns the place behind the closing quote
   */
  endOfString(at: number): number {
    for (let quote = this.nextQuote(at + 1); quote !== -1; quote = this.nextQuote(quote + 1)) {
      let before = quote - 1;
      while (this.codeAt(before) === BACKSLASH) {
        before -= 1;
      }
      // An even number of backslashes before it: the quote is not escaped.
      if ((quote - before) % 2 === 1) {
        return quote + 1;
      }
    }
    throw new RangeError('a string of valid JSON has an end');
  }

  /**
   * @param at where a number, `true`, `false` or `null` begins
   * @returns the place behind its last character
   */
  endOfScalar(at: number): number {
    for (;;) {
      const code = this.codeAt(at);
      if (!code || isSpace(code) || code === COMMA || code === BRACE_END || code === BRACKET_END) {
        return at;
      }
      at += 1;
    }
  }
}

/** JSON as a text: the faster source for a short one. */
export class TextSource extends CanonicalSource {
  /** @param text valid JSON */
  constructor(private readonly text: string) {
    super();
  }

  codeAt(at: number): number {
    return this.text.charCodeAt(at);
  }

  slice(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  string(start: number, end: number): string {
    return canonicalString(this.text.slice(start, end));
  }

  protected nextQuote(from: number): number {
    return this.text.indexOf('"', from);
  }
}

/** JSON as bytes: the source for a large one, of which no second copy is made. */
export class ByteSource extends CanonicalSource {
  /** @param bytes valid JSON in well-formed UTF-8 */
  constructor(private readonly bytes: Buffer) {
    super();
  }

  codeAt(at: number): number | undefined {
    return this.bytes[at];
  }

  slice(start: number, end: number): string {
    return this.bytes.toString('utf8', start, end);
  }

  string(start: number, end: number): Piece {
    if (end - start < LONG_BYTES) {
      return canonicalString(this.slice(start, end));
    }
    const raw = this.bytes.subarray(start, end);
    return raw.includes(BACKSLASH) ? { [Symbol.iterator]: () => canonicalStringPieces(raw) } : raw;
  }

  protected nextQuote(from: number): number {
    return this.bytes.indexOf(QUOTE, from);
  }
}
