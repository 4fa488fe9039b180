/**
 * The sign-in page that leads back to where one was.
 *
 * @param from path and query of the present page
 */
export function signInPath(from: string): string {
  return from === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(from)}`;
}

/**
 * Where to go after signing in: a page of this dashboard, never another site.
 *
 * @param next the `next` of the address
 */
export function pathAfterSignIn(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
