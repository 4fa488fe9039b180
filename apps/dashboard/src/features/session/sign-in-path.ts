/**
 * The sign-in page that leads back to where one was.
 *
 * @param from path and query of the present page
 */
export function signInPath(from: string): string {
  return from === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`;
}

/** Any origin will do to resolve a path against; no page is there. */
const BASE = 'http://dashboard.invalid';

/**
 * A page of this dashboard to go to after signing in, never another site. The address is read as
 * browsers read it (WHATWG URL: tabs and line breaks are dropped, a backslash is a slash), and only
 * the path of what they would go to is kept.
 *
 * @param next the `next` of the address
 */
export function pathAfterSignIn(next: string | null): string {
  if (!next?.startsWith('/') || !URL.canParse(next, BASE)) {
    return '/';
  }
  const url = new URL(next, BASE);
  if (url.origin !== BASE) {
    return '/';
  }
  // Dot segments may leave two slashes at the beginning, which would name a host.
  const path = url.pathname.replace(/^\/{2,}/, '/');
  return `${path}${url.search}${url.hash}`;
}
