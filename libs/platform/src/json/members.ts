/** A member of a JSON object, by its place in the bytes of the text. */
export interface RawMember {
  /** The name, its escapes decoded. */
  name: string;
  /** Position of the name's first quote. */
  start: number;
  /** Position at which the value begins. */
  valueStart: number;
  /** Behind the value's last character. */
  end: number;
}

/**
 * Cuts members out of a JSON object; every other byte stays as it came. Parsing and printing would lose
 * digits of numbers and the spelling of everything else.
 *
 * @param bytes the object; what is kept moves together in this very memory, for a large one takes no other
 * @param members all its members, in their order
 * @param isRemoved tells by a name which members go
 * @returns the object without them, a view on the same memory
 */
export function removeMembers(
  bytes: Buffer,
  members: readonly RawMember[],
  isRemoved: (name: string) => boolean,
): Buffer {
  const first = members[0];
  if (first === undefined || !members.some(({ name }) => isRemoved(name))) {
    return bytes;
  }
  let length = first.start;
  const keep = (from: number, to: number): void => {
    if (from !== length) {
      bytes.copyWithin(length, from, to);
    }
    length += to - from;
  };
  let end = first.start;
  // Behind the last member that was kept: the comma there, with the white space around it, goes before
  // the next one.
  let separator: [from: number, to: number] | null = null;
  members.forEach((member, index) => {
    end = member.end;
    if (!isRemoved(member.name)) {
      if (separator !== null) {
        keep(...separator);
      }
      keep(member.start, member.end);
      separator = [member.end, members[index + 1]?.start ?? member.end];
    }
  });
  keep(end, bytes.length);
  return bytes.subarray(0, length);
}
