/** Longer strings are spelled in pieces of about this length, in UTF-16 code units. */
const PIECE_LENGTH = 64 * 1024;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * One spelling for all that write the same string: no needless escapes. A long string is spelled piece by
 * piece, so that it is never held several times; together the pieces are what the whole would be.
 *
 * @param raw a string as JSON writes it, with its quotes
 * @param pieceLength about how long a piece is, in code units
 * @returns pieces in their order
 */
export function canonicalString(raw: string, pieceLength = PIECE_LENGTH): string[] {
  if (!raw.includes('\\')) {
    return [raw];
  }
  if (raw.length <= pieceLength) {
    return [JSON.stringify(JSON.parse(raw))];
  }
  const pieces = ['"'];
  const end = raw.length - 1;
  for (let start = 1; start < end;) {
    const next = boundaryAfter(raw, start, Math.min(start + pieceLength, end), end);
    pieces.push(JSON.stringify(JSON.parse(`"${raw.slice(start, next)}"`)).slice(1, -1));
    start = next;
  }
  pieces.push('"');
  return pieces;
}

/** The first place from `least` on that is neither within an escape nor within a surrogate pair. */
function boundaryAfter(raw: string, start: number, least: number, end: number): number {
  let at = start;
  let isHigh = false;
  while (at < end && (at < least || isHigh)) {
    const code = raw.charCodeAt(at);
    if (code !== BACKSLASH) {
      isHigh = isHighSurrogate(code);
      at += 1;
    } else if (raw.charCodeAt(at + 1) === LETTER_U) {
      isHigh = isHighSurrogate(Number.parseInt(raw.slice(at + 2, at + 6), 16));
      at += 6;
    } else {
      isHigh = false;
      at += 2;
    }
  }
  return at;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
