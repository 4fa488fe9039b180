import { isObject, type JsonObject } from '../endpoints/endpoint-module.js';
import { RawString } from './raw-string.js';

/** A value under construction: objects and lists in it are its own. */
export type Draft = Record<string, unknown>;

/** Depth beyond which nothing is merged: no provider nests deltas so. */
const MAX_DEPTH = 64;
/** Entries with an index that a list may have; each piece is looked for among them. */
const MAX_INDEXED = 1_024;

/** Members that say what a thing is. They come once, or again in each piece, and are never continued. */
const SET_ONCE: ReadonlySet<string> = new Set(['id', 'type', 'role', 'format', 'object', 'model']);

/** Thrown where pieces come to nothing that an answer can be. */
export class MergeError extends Error {
  override readonly name = 'MergeError';
}

/** Tells a text, in whatever form, from everything else. */
export const isText = (value: unknown): value is string | RawString =>
  typeof value === 'string' || value instanceof RawString;

/**
 * Adds a delta to what came before. Strings are continued, lists with an `index` are merged by it, also two entries
 * of one index in one delta (openai-python#3201), other lists are continued, objects are merged, and anything else
 * is replaced.
 *
 * @param draft what came before; changed
 * @param delta the next piece
 * @throws MergeError
 */
export function mergeDelta(draft: Draft, delta: JsonObject, depth = 0): void {
  if (depth > MAX_DEPTH) {
    throw new MergeError('The delta is nested too deeply.');
  }
  for (const name of Object.keys(delta)) {
    if (name !== '__proto__') {
      draft[name] = merged(name, draft[name], delta[name], depth);
    }
  }
}

function merged(name: string, before: unknown, piece: unknown, depth: number): unknown {
  if (piece === null || piece === undefined) {
    return before ?? null;
  }
  if (
    name === 'content' &&
    (Array.isArray(piece) ? isText(before) : Array.isArray(before) && isText(piece))
  ) {
    // Text and parts in turn, as of Mistral's models that reason: https://docs.mistral.ai/capabilities/reasoning
    return mergedList(asParts(before), asParts(piece), depth);
  }
  if (isText(piece)) {
    return isText(before) ? continued(name, before, piece) : piece;
  }
  if (Array.isArray(piece)) {
    return mergedList(Array.isArray(before) ? (before as unknown[]) : [], piece, depth);
  }
  if (isObject(piece)) {
    const draft: Draft = isObject(before) && !(before instanceof RawString) ? before : {};
    mergeDelta(draft, piece, depth + 1);
    return draft;
  }
  return piece;
}

function continued(
  name: string,
  before: string | RawString,
  piece: string | RawString,
): string | RawString {
  if (SET_ONCE.has(name)) {
    return before === '' ? piece : before;
  }
  if (name === 'name' && before === piece) {
    // Some repeat a function's name in each piece, and some send it in pieces.
    return before;
  }
  if (typeof before === 'string' && typeof piece === 'string') {
    return before + piece;
  }
  return RawString.of(before).with(piece);
}

/** The list, changed, with each entry merged into that of its index, or put behind the others. */
function mergedList(list: unknown[], pieces: readonly unknown[], depth: number): unknown[] {
  for (const piece of pieces) {
    const index = indexOf(piece);
    const place = index === null ? -1 : list.findLastIndex((entry) => indexOf(entry) === index);
    if (place !== -1 && isObject(piece)) {
      mergeDelta(list[place] as Draft, piece, depth + 1);
    } else if (index !== null && isObject(piece)) {
      if (list.length >= MAX_INDEXED) {
        throw new MergeError('The list is too long.');
      }
      const draft: Draft = {};
      mergeDelta(draft, piece, depth + 1);
      list.push(draft);
    } else {
      list.push(piece);
    }
  }
  return list;
}

function asParts(content: unknown): unknown[] {
  if (isText(content)) {
    return content === '' ? [] : [{ type: 'text', text: content }];
  }
  return Array.isArray(content) ? (content as unknown[]) : [];
}

function indexOf(entry: unknown): number | null {
  const index = isObject(entry) ? entry['index'] : undefined;
  return typeof index === 'number' && Number.isInteger(index) ? index : null;
}
