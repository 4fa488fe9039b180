/** A part of a form, by its place in the bytes of the body. */
export interface FormPart {
  /** Name of the field, as it is written: of its bytes, each a character. */
  readonly name: string;
  /** Name of the file, as it is written; null where none is named. It can be private. */
  readonly fileName: string | null;
  /** Content type, as it is written; null where there is none. */
  readonly contentType: string | null;
  /** Position of the boundary before it. */
  readonly start: number;
  /** Position of the first byte of its content. */
  readonly dataStart: number;
  /** Behind the last byte of its content. */
  readonly dataEnd: number;
  /** Position of the boundary behind it. */
  readonly end: number;
}

/** A form without some of its parts. */
export interface CutForm {
  readonly body: Buffer;
  /** The parts that are left, by their places in this body. */
  readonly parts: readonly FormPart[];
}

/**
 * Cuts parts out of a form; every other byte stays as it came.
 *
 * @param bytes the body; what is kept moves together in this very memory, for a large one takes no other
 * @param parts all its parts, in their order
 * @param isRemoved tells which parts go
 * @returns the body without them, a view on the same memory
 */
export function removeParts(
  bytes: Buffer,
  parts: readonly FormPart[],
  isRemoved: (part: FormPart) => boolean,
): CutForm {
  let removed = 0;
  const kept: FormPart[] = [];
  const move = (from: number, to: number): void => {
    if (removed > 0) {
      bytes.copyWithin(from - removed, from, to);
    }
  };
  for (const part of parts) {
    if (isRemoved(part)) {
      removed += part.end - part.start;
    } else {
      move(part.start, part.end);
      kept.push({
        ...part,
        start: part.start - removed,
        dataStart: part.dataStart - removed,
        dataEnd: part.dataEnd - removed,
        end: part.end - removed,
      });
    }
  }
  move(parts.at(-1)?.end ?? 0, bytes.length);
  return { body: bytes.subarray(0, bytes.length - removed), parts: kept };
}

/**
 * Changes the content of a part.
 *
 * @param bytes the body
 * @param part one of its parts
 * @param content the new content, without the body's boundary
 * @returns a new body
 */
export const replaceContent = (
  bytes: Buffer,
  { dataStart, dataEnd }: FormPart,
  content: string,
): Buffer =>
  Buffer.concat([bytes.subarray(0, dataStart), Buffer.from(content), bytes.subarray(dataEnd)]);
