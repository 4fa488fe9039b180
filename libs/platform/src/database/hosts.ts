/*
 * Connection strings with several hosts, in the form of libpq:
 * postgresql://user:password@one:5432,two:5432/reqrun?target_session_attrs=read-write
 * https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS
 */

/** Scheme, user and password, hosts, and the rest. A user's name and password have their `@` and `/` encoded. */
const FORM = /^(postgres(?:ql)?:\/\/)((?:[^/?#]*@)?)([^/?#@]*)(.*)$/s;

const SESSION = 'target_session_attrs';
/** Values of `target_session_attrs` with which a server that can be written to is found. */
const WRITABLE: readonly string[] = ['any', 'read-write', 'primary'];

/**
 * Splits a connection string into one for each host that it names, in their order. `target_session_attrs` is
 * left out of them, because it says which of them to use.
 *
 * @param connectionString a connection string of PostgreSQL
 * @returns at least one
 * @throws TypeError without the text, when it can't be one
 */
export function hostUrls(connectionString: string): readonly string[] {
  const [, scheme = '', user = '', hosts = '', rest = ''] = FORM.exec(connectionString) ?? [];
  const urls = hosts
    .split(',')
    .map((host) => `${scheme}${user}${host.trim()}${withoutSession(rest)}`);
  if (scheme === '' || !urls.every((url) => URL.canParse(url))) {
    throw new TypeError('This is no connection string of PostgreSQL.');
  }
  return urls;
}

/**
 * Tells why a text can't be used as a connection string, never with a part of it.
 *
 * @param text what was given
 * @returns null when it can
 */
export function faultOfConnectionString(text: string): string | null {
  try {
    const urls = hostUrls(text);
    if (urls.length > 1 && urls.some((url) => new URL(url).hostname === '')) {
      return 'expected a host on each side of each comma';
    }
  } catch {
    return 'expected an address that begins with postgresql:// or postgres://';
  }
  const wanted = sessionOf(text);
  return wanted === null || WRITABLE.includes(wanted)
    ? null
    : `expected ${SESSION} to be ${WRITABLE.join(', ')}: ReqRun needs a server that can be written to`;
}

/**
 * Tells whether a server has to be looked for: there are several, or the one that there is may be a standby.
 *
 * @param connectionString a connection string of PostgreSQL
 */
export function needsPrimary(connectionString: string): boolean {
  const wanted = sessionOf(connectionString);
  return hostUrls(connectionString).length > 1 || (wanted !== null && wanted !== 'any');
}

/**
 * Host, port and database of a connection string, without user and password.
 *
 * @param connectionString a connection string of PostgreSQL
 */
export function placeOf(connectionString: string): string {
  const urls = hostUrls(connectionString).map((url) => new URL(url));
  return `${urls.map(({ host }) => host).join(',')}${urls[0]?.pathname ?? ''}`;
}

/**
 * The same servers and user, another database.
 *
 * @param connectionString a connection string of PostgreSQL
 * @param database its name, not encoded
 */
export function onDatabase(connectionString: string, database: string): string {
  const [, scheme = '', user = '', hosts = '', rest = ''] = FORM.exec(connectionString) ?? [];
  const query = /[?#].*$/s.exec(rest)?.[0] ?? '';
  return `${scheme}${user}${hosts}/${encodeURIComponent(database)}${query}`;
}

function sessionOf(connectionString: string): string | null {
  const query = /\?([^#]*)/.exec(connectionString)?.[1] ?? '';
  return new URLSearchParams(query).get(SESSION);
}

/** The other parameters stay as they are written: `URLSearchParams` would encode them anew. */
function withoutSession(rest: string): string {
  const [path = '', query] = rest.split('?', 2);
  const kept = (query ?? '').split('&').filter((part) => !part.startsWith(`${SESSION}=`));
  return query === undefined || kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}
