import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FormPart } from './form-part.js';
import { readPartHeaders } from './part-headers.js';

/** Reason for which a body is not taken for a form. */
export type MultipartFault =
  /** It does not follow the grammar, or was cut. */
  | 'invalid'
  /** A part has no name. */
  | 'unnamed'
  | 'too_many_parts'
  | 'headers_too_large';

/** Most parts of a form. OpenAI's largest has 16 images and a few dozen fields. */
const MAX_PARTS = 256;
/** Most bytes of the headers of one part, of which a file name is the most. */
const MAX_HEADER_BYTES = 8 * 1024;
/** Bytes that are searched in one turn of the event loop, in a few milliseconds. */
const SLICE_BYTES = 512 * 1024;
const LINE_END = '\r\n';
const HEADERS_END = Buffer.from('\r\n\r\n');
/** White space behind the last boundary that is taken: a line end, or two. */
const MAX_EPILOGUE_BYTES = 4;

/**
 * Scanner that finds the parts of a form (RFC 7578) in one pass over its bytes, and copies nothing. A large one can be read in
 * slices.
 *
 * It is our own because a field of ours is cut out of the bytes, and what is left goes on as it came. The parsers
 * of npm (busboy, formidable, undici's) hand out contents without their positions, and forgive what their
 * neighbours read otherwise. This one takes only forms that have one reading.
 */
export class MultipartScanner {
  /** The parts found so far, in their order. */
  readonly parts: FormPart[] = [];
  /** Reason for which the body is refused, once that is known. */
  fault: MultipartFault | null = null;

  private readonly delimiter: Buffer;
  /** Place at which the search for the next boundary goes on. */
  private at = 0;
  /** The part whose end is not found yet. */
  private open: Omit<FormPart, 'dataEnd' | 'end'> | null = null;
  private hasEnded = false;

  /**
   * @param bytes the body
   * @param boundary as its content type says
   */
  constructor(
    private readonly bytes: Buffer,
    boundary: string,
  ) {
    this.delimiter = Buffer.from(`${LINE_END}--${boundary}`, 'latin1');
  }

  /**
   * Reads on.
   *
   * @param count about how many bytes; all that are left where none is given
   * @returns true when the body was read to its end or was refused
   */
  read(count = Infinity): boolean {
    const { bytes, delimiter } = this;
    const until = this.at + count;
    if (this.at === 0) {
      this.begin();
    }
    while (this.fault === null && !this.hasEnded && this.at < until) {
      const end = Math.min(bytes.length, until + delimiter.length - 1);
      const found = bytes.subarray(this.at, end).indexOf(delimiter);
      if (found !== -1) {
        this.endPart(this.at + found);
      } else if (end === bytes.length) {
        this.fault = 'invalid';
      } else {
        this.at = until;
      }
    }
    return this.fault !== null || this.hasEnded;
  }

  /** Takes the first boundary, which may stand behind a line end. */
  private begin(): void {
    const start = this.startsWith(LINE_END, 0) ? LINE_END.length : 0;
    if (this.isBoundaryAt(start)) {
      this.afterBoundary(start);
    } else {
      this.fault = 'invalid';
    }
  }

  private endPart(found: number): void {
    const { open } = this;
    const end = found + LINE_END.length;
    if (open !== null) {
      this.parts.push({ ...open, dataEnd: found, end });
    }
    this.afterBoundary(end);
  }

  /** Reads what follows a boundary: the headers of a part, or the end. */
  private afterBoundary(start: number): void {
    const { bytes, delimiter } = this;
    const at = start + delimiter.length - LINE_END.length;
    if (this.startsWith('--', at)) {
      this.hasEnded = this.isEpilogue(at + 2);
      this.fault = this.hasEnded ? null : 'invalid';
      return;
    }
    // A boundary with anything else behind it is one for some parsers, and content for others.
    if (!this.startsWith(LINE_END, at)) {
      this.fault = 'invalid';
      return;
    }
    const headersStart = at + LINE_END.length;
    const room = bytes.subarray(at, headersStart + MAX_HEADER_BYTES + HEADERS_END.length);
    const length = room.indexOf(HEADERS_END);
    if (length === -1) {
      this.fault = headersStart + MAX_HEADER_BYTES < bytes.length ? 'headers_too_large' : 'invalid';
      return;
    }
    const headers = readPartHeaders(bytes.toString('latin1', headersStart, at + length));
    const dataStart = at + length + HEADERS_END.length;
    if (length === 0 || typeof headers === 'string') {
      this.fault = typeof headers === 'string' && length > 0 ? headers : 'unnamed';
    } else if (this.isBoundaryAt(dataStart)) {
      this.fault = 'invalid';
    } else if (this.parts.length === MAX_PARTS) {
      this.fault = 'too_many_parts';
    } else {
      this.open = { ...headers, start, dataStart };
      this.at = dataStart;
    }
  }

  /** Whether a boundary stands at a place, at the beginning of a line. */
  private isBoundaryAt(at: number): boolean {
    const { bytes, delimiter } = this;
    const length = delimiter.length - LINE_END.length;
    return bytes.subarray(at, at + length).equals(delimiter.subarray(LINE_END.length));
  }

  private isEpilogue(at: number): boolean {
    return (
      this.bytes.length - at <= MAX_EPILOGUE_BYTES &&
      /^(?:\r\n)*$/.test(this.bytes.toString('latin1', at))
    );
  }

  private startsWith(text: string, at: number): boolean {
    return this.bytes.toString('latin1', at, at + text.length) === text;
  }
}

/**
 * Finds the parts of a form. Others have their turns between the slices of a large one.
 *
 * @param bytes the body
 * @param boundary as its content type says
 * @returns the scanner, with the parts or the fault
 */
export async function scanMultipart(bytes: Buffer, boundary: string): Promise<MultipartScanner> {
  const scanner = new MultipartScanner(bytes, boundary);
  while (!scanner.read(SLICE_BYTES)) {
    await nextTurn();
  }
  return scanner;
}
