/** Paths of the pages. */
export const paths = {
  overview: (projectId: string) => `/projects/${projectId}`,
  requests: (projectId: string) => `/projects/${projectId}/requests`,
  request: (projectId: string, requestId: string) => `/projects/${projectId}/requests/${requestId}`,
  keys: (projectId: string) => `/projects/${projectId}/keys`,
  providers: (projectId: string) => `/projects/${projectId}/providers`,
  failures: (projectId: string) => `/projects/${projectId}/failures`,
  alerts: (projectId: string) => `/projects/${projectId}/alerts`,
  simulation: (projectId: string) => `/projects/${projectId}/simulation`,
  settings: (projectId: string) => `/projects/${projectId}/settings`,
  projects: '/projects',
  audit: '/audit',
  people: '/people',
  profile: '/profile',
  errors: '/errors',
  documentation: '/docs/',
  error: (code: string) => `/errors#${code}`,
  findRequest: (requestId: string) => `/requests/${requestId}`,
} as const;

/** Returns the path after a switch of projects: the same page of the other project, or its overview. */
export function samePageOf(path: string, projectId: string): string {
  const page =
    /^\/projects\/[^/]+\/(requests|failures|alerts|simulation|keys|providers|settings)(?:\/|$)/.exec(
      path,
    )?.[1];
  return page === undefined ? paths.overview(projectId) : `/projects/${projectId}/${page}`;
}

/**
 * Finds a request's id in what was typed or pasted.
 *
 * @param text the text
 * @returns the id, or null
 */
export function requestIdIn(text: string): string | null {
  return /\brr_[0-9a-f]{32}\b/.exec(text)?.[0] ?? null;
}
