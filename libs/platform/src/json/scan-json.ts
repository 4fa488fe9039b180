import { endOfLiteral, endOfNumber, isSpace, partOfString } from './json-tokens.js';
import type { RawMember } from './raw-json.js';

/** Reason for which a text is not taken. */
export type JsonFault = 'invalid' | 'too_deep' | 'too_complex';

/** Bounds of a text. */
export interface JsonLimits {
  depth: number;
  /** Braces and brackets that open, commas, and colons. */
  structure: number;
}

/** Place in the grammar of RFC 8259. */
type Expected =
  'value' | 'item_or_end' | 'name' | 'name_or_end' | 'colon' | 'comma_or_end' | 'string';

/** Names that are longer than this, escapes included, are given as empty. */
const MAX_NAME_BYTES = 512;

/**
 * Judges a JSON text as JSON.parse does, from its bytes and in slices, without building anything: a
 * large text then neither holds the event loop nor takes memory beside itself.
 */
export class JsonScanner {
  /** Members of the object that the text is, by their places in bytes; names may repeat. */
  readonly members: RawMember[] = [];
  /** Reason for which the text is refused, once that is known. */
  fault: JsonFault | null = null;

  private at = 0;
  private structure = 0;
  private expected: Expected = 'value';
  /** Opening braces and brackets that are not closed yet. */
  private readonly open: number[] = [];
  private stringStart = 0;
  private isName = false;

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
   * @param count about how many bytes
   * @returns true when the text was read to its end or was refused
   */
  read(count: number): boolean {
    const end = Math.min(this.bytes.length, this.at + count);
    while (this.at < end && this.fault === null) {
      this.step(end);
    }
    if (this.fault !== null || this.at < this.bytes.length) {
      return this.fault !== null;
    }
    if (this.open.length > 0 || this.expected !== 'comma_or_end') {
      this.fault = 'invalid';
    }
    return true;
  }

  private step(end: number): void {
    const { bytes } = this;
    const byte = bytes[this.at];
    if (this.expected === 'string') {
      this.readString(end);
    } else if (isSpace(byte)) {
      this.at += 1;
    } else if (byte === 0x22 && this.expected !== 'comma_or_end' && this.expected !== 'colon') {
      this.isName = this.expected === 'name' || this.expected === 'name_or_end';
      this.begin(this.isName);
      this.stringStart = this.at;
      this.expected = 'string';
      this.at += 1;
    } else if (this.expected === 'value' || this.expected === 'item_or_end') {
      this.readValue(byte);
    } else {
      this.readMark(byte);
    }
  }

  /** Notes where a member of the outermost object, or its value, begins. */
  private begin(isName: boolean): void {
    if (this.open.length !== 1 || this.open[0] !== 0x7b) {
      return;
    }
    const last = this.members.at(-1);
    if (isName) {
      this.members.push({ name: '', start: this.at, valueStart: 0, end: 0 });
    } else if (last !== undefined) {
      last.valueStart = this.at;
    }
  }

  private readString(end: number): void {
    const at = partOfString(this.bytes, this.at, end);
    if (at < 0) {
      this.fault = 'invalid';
      return;
    }
    this.at = at;
    if (this.bytes[at] !== 0x22) {
      return;
    }
    this.at += 1;
    if (!this.isName) {
      this.endValue();
      return;
    }
    this.expected = 'colon';
    const member = this.members.at(-1);
    if (this.open.length === 1 && member !== undefined && this.at - member.start < MAX_NAME_BYTES) {
      member.name = JSON.parse(this.bytes.toString('utf8', member.start, this.at)) as string;
    }
  }

  private readValue(byte: number | undefined): void {
    if (byte === 0x7b || byte === 0x5b) {
      this.begin(false);
      this.count();
      this.open.push(byte);
      this.expected = byte === 0x7b ? 'name_or_end' : 'item_or_end';
      this.at += 1;
      if (this.open.length > this.limits.depth) {
        this.fault = 'too_deep';
      }
    } else if (byte === 0x5d && this.expected === 'item_or_end') {
      this.close();
    } else {
      this.begin(false);
      const at = endOfNumber(this.bytes, this.at) ?? endOfLiteral(this.bytes, this.at);
      if (at === null) {
        this.fault = 'invalid';
        return;
      }
      this.at = at;
      this.endValue();
    }
  }

  private readMark(byte: number | undefined): void {
    const inObject = this.open.at(-1) === 0x7b;
    if (byte === 0x3a && this.expected === 'colon') {
      this.count();
      this.expected = 'value';
      this.at += 1;
    } else if (byte === 0x2c && this.expected === 'comma_or_end' && this.open.length > 0) {
      this.count();
      this.expected = inObject ? 'name' : 'value';
      this.at += 1;
    } else if (
      (byte === 0x7d && inObject && this.expected !== 'name' && this.expected !== 'colon') ||
      (byte === 0x5d && this.open.at(-1) === 0x5b && this.expected === 'comma_or_end')
    ) {
      this.close();
    } else {
      this.fault = 'invalid';
    }
  }

  private close(): void {
    this.open.pop();
    this.at += 1;
    this.endValue();
  }

  private endValue(): void {
    this.expected = 'comma_or_end';
    const last = this.members.at(-1);
    if (this.open.length === 1 && this.open[0] === 0x7b && last !== undefined) {
      last.end = this.at;
    }
  }

  private count(): void {
    this.structure += 1;
    if (this.structure > this.limits.structure) {
      this.fault = 'too_complex';
    }
  }
}
