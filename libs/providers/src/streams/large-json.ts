import { setImmediate as nextTurn } from 'node:timers/promises';

import { elementsOf, type RawMember, scanGradually } from '@reqrun/platform/json';

import type { JsonObject } from '../endpoints/endpoint-module.js';
import { RawString } from './raw-string.js';

/** Length from which an event's data is not parsed at once: it would hold up every other stream of the process. */
export const LARGE_LENGTH = 256 * 1024;

/** Values up to this many bytes are parsed. */
const SMALL_BYTES = 64 * 1024;
/** Bytes that are read in one turn of the event loop. */
const SLICE_BYTES = 256 * 1024;
/** No event is nested so deeply. */
const LIMITS = { depth: 512, structure: Infinity };
const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** A large JSON object, read over several turns of the event loop. */
export interface LargeObject {
  /** Its members. Long strings are `RawString`, and everything else is as `JSON.parse` has it. */
  readonly object: JsonObject;
  readonly bytes: Buffer;
  /** Places of the members in the bytes. */
  readonly members: readonly RawMember[];
}

/**
 * Reads a large JSON object.
 *
 * @param data the JSON
 * @returns null for anything that is no JSON object, or that is nested too deeply
 */
export async function readLargeObject(data: string): Promise<LargeObject | null> {
  const bytes = Buffer.from(data);
  const scanner = await scanGradually(bytes, LIMITS);
  if (scanner.fault !== null || !scanner.isObject) {
    return null;
  }
  const { members } = scanner;
  return { object: await new SparseReader(bytes).objectOf(members), bytes, members };
}

/** Reads values, and lets others have their turns. */
class SparseReader {
  #read = 0;

  /** @param bytes valid JSON */
  constructor(private readonly bytes: Buffer) {}

  async objectOf(members: readonly RawMember[]): Promise<Record<string, unknown>> {
    const entries: [string, unknown][] = [];
    for (const { name, valueStart, end } of members) {
      entries.push([name, await this.valueAt(valueStart, end)]);
    }
    return Object.fromEntries(entries);
  }

  async valueAt(from: number, to: number): Promise<unknown> {
    const { bytes } = this;
    if (to - from <= SMALL_BYTES) {
      this.#read += to - from;
      if (this.#read >= SLICE_BYTES) {
        this.#read = 0;
        await nextTurn();
      }
      return JSON.parse(bytes.toString('utf8', from, to)) as unknown;
    }
    switch (bytes[from] ?? 0) {
      case QUOTE:
        return new RawString([bytes.subarray(from + 1, to - 1)]);
      case OPEN_BRACE: {
        const { members } = await scanGradually(bytes.subarray(from, to));
        const moved = members.map((member) => ({
          ...member,
          valueStart: member.valueStart + from,
          end: member.end + from,
        }));
        return this.objectOf(moved);
      }
      case OPEN_BRACKET: {
        const values: unknown[] = [];
        for (const [start, end] of elementsOf(bytes, from, to)) {
          values.push(await this.valueAt(start, end));
        }
        return values;
      }
      default:
        return JSON.parse(bytes.toString('utf8', from, to)) as unknown;
    }
  }
}
