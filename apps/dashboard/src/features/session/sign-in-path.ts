/**
 * Returns the path of the sign-in page, with the page to return to.
 *
 * @param from path and query of the current page
 */
export function signInPath(from: string): string {
  return from === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`;
}

/** Base against which a path is resolved. Any origin will do. */
const BASE = 'http://dashboard.invalid';

/**
 * Returns the page of this dashboard to open after signing in, never another site. The path is parsed as
 * browsers parse it (WHATWG URL: tabs and line breaks are dropped, a backslash is a slash), and only the
 * path of the result is kept.
 *
 * @param next parameter `next` of the URL
 */
export function pathAfterSignIn(next: string | null): string {
  if (!next?.startsWith('/') || !URL.canParse(next, BASE)) {
    return '/';
  }
  const url = new URL(next, BASE);
  if (url.origin !== BASE) {
    return '/';
  }
  // Dot segments may leave two slashes at the beginning, which browsers take for a host.
  const path = url.pathname.replace(/^\/{2,}/, '/');
  return `${path}${url.search}${url.hash}`;
}
