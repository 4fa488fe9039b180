/** Scheme and authority of an absolute target. */
const ABSOLUTE = /^https?:\/\/[^/?#]*/i;
/** Percent-encoded characters that need no encoding (RFC 3986, 2.3). */
const NEEDLESSLY_ENCODED = /%(?:2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])/g;

/**
 * Normalizes a request target, so that all code decides by one spelling. The absolute form, which a server
 * must accept (RFC 9112, 3.2.2), loses its scheme and authority. Needlessly encoded characters are decoded,
 * which does not change the meaning of a path (RFC 3986, 6.2.2.2). The query stays as it is.
 *
 * @param target target from the request line
 * @returns path and query
 */
export function normalTarget(target: string): string {
  if (target.charCodeAt(0) === 0x2f && !target.includes('%')) {
    return target;
  }
  const relative = target.replace(ABSOLUTE, '');
  const query = relative.indexOf('?');
  const path = query === -1 ? relative : relative.slice(0, query);
  const normalPath = path.replace(NEEDLESSLY_ENCODED, (octet) =>
    String.fromCharCode(parseInt(octet.slice(1), 16)),
  );
  const rest = query === -1 ? '' : relative.slice(query);
  return target.charCodeAt(0) !== 0x2f && path === '' ? `/${rest}` : normalPath + rest;
}
