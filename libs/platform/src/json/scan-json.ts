import { endOfLiteral, endOfNumber, isSpace, partOfString } from './json-tokens.js';
import type { RawMember } from './members.js';

/** Reason for which a text is not taken. */
export type JsonFault = 'invalid' | 'too_deep' | 'too_complex';

/** Bounds of a text. */
export interface JsonLimits {
  depth: number;
  /** Braces and brackets that open, commas, and colons. */
  structure: number;
}

// Places in the grammar of RFC 8259. Small integers, because one is compared at each token.
const VALUE = 0;
const ITEM_OR_END = 1;
const NAME = 2;
const NAME_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const IN_NAME = 6;
const IN_STRING = 7;

/** Names that are longer than this, escapes included, are given as empty. */
const MAX_NAME_BYTES = 512;

/**
 * Judges a JSON text as JSON.parse does, in one pass over its bytes and without building anything. A
 * large text can be read in slices: it then neither holds the event loop nor takes memory beside itself.
 */
export class JsonScanner {
  /** Members of the object that the text is, by their places in bytes; names may repeat. */
  readonly members: RawMember[] = [];
  /** Reason for which the text is refused, once that is known. */
  fault: JsonFault | null = null;

  private at = 0;
  private structure = 0;
  private state = VALUE;
  /** Opening braces and brackets that are not closed yet. */
  private readonly open: number[] = [];
  /** Last member of the outermost object that has begun; null where the text is no object. */
  private member: RawMember | null = null;

  /**
   * @param bytes well-formed UTF-8
   * @param limits when to give up
   */
  constructor(
    private readonly bytes: Buffer,
    private readonly limits: JsonLimits,
  ) {}

  /** Tells whether the text is an object. */
  get isObject(): boolean {
    let at = 0;
    while (isSpace(this.bytes[at])) {
      at += 1;
    }
    return this.bytes[at] === 0x7b;
  }

  /**
   * Reads on.
   *
   * @param count about how many bytes; all that are left where none is given
   * @returns true when the text was read to its end or was refused
   */
  read(count = Infinity): boolean {
    this.fault = this.scan(Math.min(this.bytes.length, this.at + count));
    if (this.fault !== null || this.at < this.bytes.length) {
      return this.fault !== null;
    }
    if (this.open.length > 0 || this.state !== COMMA_OR_END) {
      this.fault = 'invalid';
    }
    return true;
  }

  /** Reads tokens up to a place, the last one whole unless it is a string. */
  private scan(end: number): JsonFault | null {
    const { bytes, open, limits } = this;
    let { at, state, structure } = this;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (state >= IN_NAME) {
        at = partOfString(bytes, at, end);
        if (at < 0) {
          return 'invalid';
        }
        if (bytes[at] === 0x22) {
          at += 1;
          if (state === IN_NAME) {
            this.endName(at);
            state = COLON;
          } else {
            this.endValue(at);
            state = COMMA_OR_END;
          }
        }
      } else if (isSpace(byte)) {
        at += 1;
      } else if (byte === 0x22 && state < COLON) {
        const isName = state >= NAME;
        if (isName) {
          this.beginName(at);
        } else {
          this.beginValue(at);
        }
        state = isName ? IN_NAME : IN_STRING;
        at += 1;
      } else if (state <= ITEM_OR_END && byte !== 0x5d) {
        this.beginValue(at);
        if (byte === 0x7b || byte === 0x5b) {
          structure += 1;
          open.push(byte);
          state = byte === 0x7b ? NAME_OR_END : ITEM_OR_END;
          at += 1;
          if (open.length > limits.depth) {
            return 'too_deep';
          }
        } else {
          const behind = endOfNumber(bytes, at) ?? endOfLiteral(bytes, at);
          if (behind === null) {
            return 'invalid';
          }
          at = behind;
          this.endValue(at);
          state = COMMA_OR_END;
        }
      } else if (byte === 0x3a && state === COLON) {
        structure += 1;
        state = VALUE;
        at += 1;
      } else if (byte === 0x2c && state === COMMA_OR_END && open.length > 0) {
        structure += 1;
        state = open[open.length - 1] === 0x7b ? NAME : VALUE;
        at += 1;
      } else if (isClosing(byte, state, open[open.length - 1])) {
        open.pop();
        at += 1;
        this.endValue(at);
        state = COMMA_OR_END;
      } else {
        return 'invalid';
      }
      if (structure > limits.structure) {
        return 'too_complex';
      }
    }
    this.at = at;
    this.state = state;
    this.structure = structure;
    return null;
  }

  private beginName(at: number): void {
    if (this.open.length === 1) {
      this.member = { name: '', start: at, valueStart: 0, end: 0 };
      this.members.push(this.member);
    }
  }

  private endName(at: number): void {
    const { bytes, member } = this;
    if (this.open.length === 1 && member !== null && at - member.start < MAX_NAME_BYTES) {
      const raw = bytes.toString('utf8', member.start + 1, at - 1);
      member.name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    }
  }

  private beginValue(at: number): void {
    if (this.open.length === 1 && this.member !== null) {
      this.member.valueStart = at;
    }
  }

  private endValue(at: number): void {
    if (this.open.length === 1 && this.member !== null) {
      this.member.end = at;
    }
  }
}

const isClosing = (byte: number, state: number, opened: number | undefined): boolean =>
  (byte === 0x7d && opened === 0x7b && (state === COMMA_OR_END || state === NAME_OR_END)) ||
  (byte === 0x5d && opened === 0x5b && (state === COMMA_OR_END || state === ITEM_OR_END));
