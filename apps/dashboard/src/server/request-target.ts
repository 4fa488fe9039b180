/** Handler of a request, by its target. */
export type TargetOwner = 'api' | 'pages' | 'nobody';

/**
 * The only form in which a path of the admin API is forwarded: segments of unreserved characters, none of
 * them empty or only dots, then a query. Its ids and names need no other character.
 */
const ADMIN_TARGET =
  /^\/admin(?:\/(?!\.+(?:[/?]|$))[A-Za-z0-9._~-]+)*(?:\?[A-Za-z0-9._~:@!$&'()*+,;=/?%[\]-]*)?$/;
/** Text in which each percent sign begins an encoded octet (RFC 3986, 2.1). */
const WELL_ENCODED = /^(?:[^%]|%[0-9A-Fa-f]{2})*$/;
/** Printable ASCII without the characters that no URI contains (RFC 3986, 2): `"<>\^{|}` and the backtick. */
const URI_CHARACTERS = /^[!#-;=?-[\]_a-z~]*$/;
/** Largest number of decoding rounds. A path that needs more is refused. */
const MOST_ENCODINGS = 3;

/**
 * Decides by a request's target whether it goes to the API, to the pages, or to neither. A path of the admin
 * API is accepted in only one form, because servers that parse a path differently would apply different
 * rules to it. A target that could be parsed as such a path but has another form goes to neither. The same
 * holds for the absolute, authority and asterisk forms (RFC 9112, 3.2), which no browser sends to an origin
 * server.
 *
 * @param target path and query, as in the request line
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

/** Returns whether any parsing of a path, decoded, resolved or case-folded in any order, is below /admin. */
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
