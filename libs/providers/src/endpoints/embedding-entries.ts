import { isObject } from './endpoint-module.js';

/** Judges the entries of an answer one by one: each index once, none missing, none empty. */
export class EmbeddingEntries {
  private readonly seen = new Set<number>();
  private isBroken = false;

  /**
   * Takes the next entry.
   *
   * @param entry any JSON value
   */
  add(entry: unknown): void {
    const index = isObject(entry) ? entry['index'] : undefined;
    const embedding = isObject(entry) ? entry['embedding'] : undefined;
    if (
      typeof index !== 'number' ||
      this.seen.has(index) ||
      (!Array.isArray(embedding) && typeof embedding !== 'string') ||
      embedding.length === 0
    ) {
      this.isBroken = true;
      return;
    }
    this.seen.add(index);
  }

  /**
   * Tells whether the entries are those of so many inputs, with the indices from 0.
   *
   * @param count number of inputs; null where it is not known, and any number will do
   */
  areWhole(count: number | null): boolean {
    const expected = count ?? this.seen.size;
    if (this.isBroken || expected === 0 || this.seen.size !== expected) {
      return false;
    }
    for (let index = 0; index < expected; index += 1) {
      if (!this.seen.has(index)) {
        return false;
      }
    }
    return true;
  }
}
