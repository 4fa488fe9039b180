/** A member of an object, in order; names may repeat. */
export type Member = readonly [name: string, value: unknown];

/**
 * Prints a JSON value in one of the countless ways it can be spelled: white space anywhere, letters
 * escaped that need not be, numbers with exponents. JSON.parse reads the same value out of all.
 *
 * @param value what JSON.parse can return
 * @param seed chooses the spelling
 */
export function spelled(value: unknown, seed: number): string {
  return new Speller(seed).value(value);
}

/**
 * Prints an object with its members in the given order, duplicates included.
 *
 * @param members its members
 * @param seed chooses the spelling
 */
export function spelledObject(members: readonly Member[], seed: number): string {
  return new Speller(seed).object(members);
}

class Speller {
  constructor(private state: number) {}

  value(value: unknown): string {
    return this.space() + this.bare(value) + this.space();
  }

  object(members: readonly Member[]): string {
    const printed = members.map(
      ([name, value]) => `${this.space()}${this.text(name)}${this.space()}:${this.value(value)}`,
    );
    return `${this.space()}{${printed.join(',') || this.space()}}${this.space()}`;
  }

  private bare(value: unknown): string {
    if (Array.isArray(value)) {
      return `[${value.map((item) => this.value(item)).join(',') || this.space()}]`;
    }
    if (typeof value === 'object' && value !== null) {
      return this.object(Object.entries(value)).trim();
    }
    return typeof value === 'string'
      ? this.text(value)
      : typeof value === 'number'
        ? this.number(value)
        : JSON.stringify(value);
  }

  private text(text: string): string {
    const plain = JSON.stringify(text).slice(1, -1);
    // Escapes stay as they are; of the rest, some letters are escaped for no reason.
    const respelled = plain.replace(/\\u....|\\.|[^\\]/g, (part) =>
      part.length > 1 || this.below(4) > 0
        ? part
        : `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return `"${respelled}"`;
  }

  private number(value: number): string {
    const plain = JSON.stringify(value);
    const ways = /^-?[1-9]\d*$/.test(plain) ? 4 : 1;
    return [plain, `${plain}.0`, `${plain}e0`, `${plain}0E-1`][this.below(ways)] ?? plain;
  }

  private space(): string {
    return ['', '', '', ' ', '\n', '\t', '\r\n  '][this.below(7)] ?? '';
  }

  /** mulberry32: a number from 0 to n - 1. */
  private below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  }
}
