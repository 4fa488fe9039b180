'use client';

/**
 * Returns the current query of the page's URL. Event handlers base changes on it, because the value of
 * `useSearchParams` may be older than a recent change.
 */
export function currentQuery(): URLSearchParams {
  return new URLSearchParams(window.location.search);
}

/**
 * Changes the query of the page's URL at once, without requesting the page from the server.
 * `useSearchParams` follows.
 *
 * @param query the complete new query
 * @param how `push` adds an entry to the browser's history
 */
export function setQuery(query: URLSearchParams, how: 'push' | 'replace'): void {
  const { pathname } = window.location;
  const address = query.size === 0 ? pathname : `${pathname}?${query.toString()}`;
  window.history[`${how}State`](null, '', address);
}
