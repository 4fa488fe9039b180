/** First bytes of JSON and of a page of HTML: `{`, `[`, `<`. No line of a stream of events begins so. */
const BODY_STARTS: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x3c]);
/** White space, and the bytes of a byte order mark. */
const SKIPPED: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/**
 * Tells an answer that is no stream from one that is, by its first byte: servers and proxies mislabel both.
 *
 * @param chunk the beginning, or the next bytes behind white space
 * @returns null where the bytes do not tell
 */
export function startsLikeBody(chunk: Buffer): boolean | null {
  for (const byte of chunk) {
    if (!SKIPPED.has(byte)) {
      return BODY_STARTS.has(byte);
    }
  }
  return null;
}
