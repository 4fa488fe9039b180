/** Longer strings are spelled in pieces that are made of about so many bytes. */
const PIECE_BYTES = 64 * 1024;
/** Shortest useful piece: it holds three escapes, and so at least one place where it may be cut. */
const LEAST_PIECE_BYTES = 18;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * One spelling for all that write the same string: no needless escapes.
 *
 * @param raw a string as JSON writes it, with its quotes
 */
export const canonicalString = (raw: string): string =>
  raw.includes('\\') ? JSON.stringify(JSON.parse(raw)) : raw;

/**
 * Spells a long string piece by piece, so that it is never held several times. Together the pieces are what the
 * whole would be.
 *
 * @param raw a string as JSON writes it, with its quotes, in well-formed UTF-8
 * @param pieceBytes about how long a piece is, at least 18
 * @returns the pieces in their order
 */
export function* canonicalStringPieces(
  raw: Buffer,
  pieceBytes = PIECE_BYTES,
): Generator<string, void, undefined> {
  const step = Math.max(pieceBytes, LEAST_PIECE_BYTES);
  const end = raw.length - 1;
  yield '"';
  for (let start = 1; start < end;) {
    const until = endOfCharacter(raw, start + step, end);
    const text = raw.toString('utf8', start, until);
    const piece = until === end ? text : text.slice(0, lastBoundary(text));
    yield JSON.stringify(JSON.parse(`"${piece}"`)).slice(1, -1);
    start = until === end ? end : start + Buffer.byteLength(piece);
  }
  yield '"';
}

/** Returns the first place from `least` on that is not within a character of UTF-8. */
function endOfCharacter(raw: Buffer, least: number, end: number): number {
  let at = Math.min(least, end);
  while (at < end && ((raw[at] ?? 0) & 0xc0) === 0x80) {
    at += 1;
  }
  return at;
}

/**
 * Returns the last place that is neither within an escape nor within a surrogate pair. An escape that is cut at the
 * end lies behind it.
 */
function lastBoundary(text: string): number {
  let boundary = 0;
  let followsHigh = false;
  for (let at = 0; at < text.length;) {
    const length =
      text.charCodeAt(at) !== BACKSLASH ? 1 : text.charCodeAt(at + 1) === LETTER_U ? 6 : 2;
    if (at + length > text.length) {
      break;
    }
    const code =
      length === 6 ? Number.parseInt(text.slice(at + 2, at + 6), 16) : text.charCodeAt(at);
    if (!(followsHigh && isLowSurrogate(code))) {
      boundary = at;
    }
    followsHigh = isHighSurrogate(code);
    at += length;
  }
  return boundary;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;
