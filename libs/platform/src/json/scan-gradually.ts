import { setImmediate as nextTurn } from 'node:timers/promises';

import { type RawMember, removeMembers } from './members.js';
import { type JsonLimits, JsonScanner } from './scan-json.js';

/** Bytes that are read in one turn of the event loop, in a few milliseconds. */
const SLICE_BYTES = 512 * 1024;
const NO_LIMITS: JsonLimits = { depth: Infinity, structure: Infinity };

/**
 * Reads a JSON text to its end. Others have their turns between the slices of a large one.
 *
 * @param bytes well-formed UTF-8
 * @param limits bounds of its structure; none by default, for a text that was judged before
 * @returns the scanner, with the members or the fault
 */
export async function scanGradually(bytes: Buffer, limits = NO_LIMITS): Promise<JsonScanner> {
  const scanner = new JsonScanner(bytes, limits);
  while (!scanner.read(SLICE_BYTES)) {
    await nextTurn();
  }
  return scanner;
}

/**
 * Gives a member of a JSON object another value; every other byte stays as it came. Of members that share a name
 * the last one counts, as it does for JSON.parse.
 *
 * @param bytes valid JSON, an object
 * @param name name of the member
 * @param json the new value, as JSON
 * @returns the same bytes where there is no such member
 */
export async function replaceMember(bytes: Buffer, name: string, json: string): Promise<Buffer> {
  const { members } = await scanGradually(bytes);
  const member = memberNamed(members, name);
  return member === undefined
    ? bytes
    : Buffer.concat([
        bytes.subarray(0, member.valueStart),
        Buffer.from(json),
        bytes.subarray(member.end),
      ]);
}

/**
 * Gives a JSON object some members, in place of those with the same names. Every other byte stays as it came.
 *
 * @param bytes valid JSON, an object
 * @param values the values by name, as JSON
 */
export async function setMembers(
  bytes: Buffer,
  values: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const { members } = await scanGradually(bytes);
  const first = members[0]?.start;
  const added = Object.entries(values)
    .filter(([name]) => memberNamed(members, name) === undefined)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`);
  if (first === undefined) {
    return Buffer.from(`{${added.join(',')}}`);
  }
  const pieces = [bytes.subarray(0, first), Buffer.from(added.map((one) => `${one},`).join(''))];
  let from = first;
  for (const member of members) {
    const json = Object.hasOwn(values, member.name) ? values[member.name] : undefined;
    if (json !== undefined) {
      pieces.push(bytes.subarray(from, member.valueStart), Buffer.from(json));
      from = member.end;
    }
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}

/**
 * Gives members of a JSON object other values, adds those that it lacks, and leaves out those whose new value is
 * null; every other byte stays as it came.
 *
 * @param bytes valid JSON, an object; it is not changed
 * @param changes new values by name, as JSON; null leaves the member out
 */
export async function changeMembers(
  bytes: Buffer,
  changes: ReadonlyMap<string, string | null>,
): Promise<Buffer> {
  const isLeftOut = (name: string): boolean => changes.get(name) === null;
  const { members } = await scanGradually(bytes);
  const kept = members.some(({ name }) => isLeftOut(name))
    ? removeMembers(Buffer.from(bytes), members, isLeftOut)
    : bytes;
  const set = [...changes].flatMap(([name, json]) =>
    json === null ? [] : [[name, json] as const],
  );
  return set.length === 0 ? kept : setMembers(kept, Object.fromEntries(set));
}

/**
 * The member that counts of those with a name.
 *
 * @param members of an object, in their order
 * @param name the name
 */
export const memberNamed = (members: readonly RawMember[], name: string): RawMember | undefined =>
  members.findLast((member) => member.name === name);
