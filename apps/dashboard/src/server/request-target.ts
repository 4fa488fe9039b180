/** Whose a request is, by its target. */
export type TargetOwner = 'api' | 'pages' | 'nobody';

/**
 * The one spelling in which a path of the admin API is passed on: segments of unreserved characters,
 * none of them empty or made of dots alone, then a query. Its ids and names need no other character.
 */
const ADMIN_TARGET =
  /^\/admin(?:\/(?!\.+(?:[/?]|$))[A-Za-z0-9._~-]+)*(?:\?[A-Za-z0-9._~:@!$&'()*+,;=/?%[\]-]*)?$/;
/** Percent signs that begin an encoded octet, and no others (RFC 3986, 2.1). */
const WELL_ENCODED = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/;
/** Printable ASCII but for what no URI holds (RFC 3986, 2): `"`, `<`, `>`, `\`, `^`, `` ` ``, `{`, `|`, `}`. */
const URI_CHARACTERS = /^[!#-;=?-[\]_a-z~]*$/;
/** Rounds of decoding that are tried; a path that needs more is nobody's. */
const MOST_ENCODINGS = 3;

/**
 * Decides by a request's target whether it goes to the API, to the pages, or to neither. A path of
 * the admin API is taken in one spelling alone: two servers that read a path differently would hold
 * different rules against it. Whatever could be read as such a path, and is not spelled so, is
 * nobody's; so are the absolute, authority and asterisk forms (RFC 9112, 3.2), which no browser sends
 * to an origin server.
 *
 * @param target path and query as they stand in the request line
 */
export function ownerOf(target: string): TargetOwner {
  if (ADMIN_TARGET.test(target) && WELL_ENCODED.test(target)) {
    return 'api';
  }
  if (!target.startsWith('/') || target.startsWith('//') || !URI_CHARACTERS.test(target)) {
    return 'nobody';
  }
  const [path = ''] = target.split(/[?#]/, 1);
  return WELL_ENCODED.test(path) && !couldBeAdmin(path) ? 'pages' : 'nobody';
}

/** Whether some reading of a path leads below /admin: decoded, resolved, folded, in whatever order. */
function couldBeAdmin(path: string): boolean {
  let decoded = path;
  for (let round = 0; decoded.includes('%'); round += 1) {
    const once = decodeOctets(decoded);
    if (once === decoded) {
      break;
    }
    if (round === MOST_ENCODINGS) {
      return true;
    }
    decoded = once;
  }
  const { pathname } = new URL(decoded.replace(/[\\/]+/g, '/'), 'http://dashboard.invalid');
  return /^\/admin(?:[/;]|$)/i.test(pathname);
}

function decodeOctets(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_all, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
