import { endOfString, skipSpace } from './raw-json.js';

/**
 * One spelling for all JSON texts that mean the same: no white space, members sorted by name, no
 * needless escapes, and numbers as exact decimals. Unlike RFC 8785 it never rounds a number: two
 * bodies that differ in the seventeenth digit are two bodies. Of members that share a name the last
 * one counts, as it does for JSON.parse.
 *
 * @param text valid JSON, not nested deeper than the stack allows
 */
export function canonicalJson(text: string): string {
  return new Canonicalizer(text).value();
}

class Canonicalizer {
  private at = 0;

  constructor(private readonly text: string) {}

  value(): string {
    this.at = skipSpace(this.text, this.at);
    switch (this.text.charAt(this.at)) {
      case '{':
        return this.object();
      case '[':
        return this.array();
      case '"':
        return this.string();
      default:
        return this.scalar();
    }
  }

  private object(): string {
    const members = new Map<string, string>();
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text[this.at] !== '}') {
      const name = this.string();
      this.at = skipSpace(this.text, this.at) + 1;
      members.set(name, this.value());
      this.skipComma();
    }
    this.at += 1;
    const names = [...members.keys()].sort();
    return `{${names.map((name) => `${name}:${members.get(name) ?? ''}`).join(',')}}`;
  }

  private array(): string {
    const items: string[] = [];
    this.at = skipSpace(this.text, this.at + 1);
    while (this.text[this.at] !== ']') {
      items.push(this.value());
      this.skipComma();
    }
    this.at += 1;
    return `[${items.join(',')}]`;
  }

  private string(): string {
    const start = this.at;
    this.at = endOfString(this.text, start);
    const raw = this.text.slice(start, this.at);
    return raw.includes('\\') ? JSON.stringify(JSON.parse(raw)) : raw;
  }

  private scalar(): string {
    const start = this.at;
    while (this.at < this.text.length && !',}] \n\r\t'.includes(this.text.charAt(this.at))) {
      this.at += 1;
    }
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

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** A number as sign, digits without zeros at either end, and a power of ten. */
function canonicalNumber(raw: string): string {
  const match = NUMBER.exec(raw);
  if (match === null) {
    return raw;
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') {
    return '0';
  }
  const power =
    BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}
