'use client';

/**
 * The query of the page's address as it is now. In a handler this is what a change has to begin from:
 * what `useSearchParams` gave may be older than a change made a moment ago.
 */
export function currentQuery(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

/**
 * Changes the query of the page's address, at once and without asking the server for the page anew;
 * `useSearchParams` follows.
 *
 * @param query the whole of it
 * @param how `push` lets the browser's Back undo it
 */
export function setQuery(query: URLSearchParams, how: 'push' | 'replace'): void {
  const { pathname } = window.location;
  const address = query.size === 0 ? pathname : `${pathname}?${query.toString()}`;
  window.history[`${how}State`](null, '', address);
}
