/**
 * Joins the pieces of an answer.
 *
 * @param pieces texts, or bytes
 */
export function wholeOf(pieces: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
  );
}
