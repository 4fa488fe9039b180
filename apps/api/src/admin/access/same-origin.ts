import type { FastifyRequest } from 'fastify';

import { ApiError } from '../../http/api-error.js';

/** Methods that change nothing (RFC 9110, 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that another site makes a browser request. Browsers send the origin of a call in
 * `Sec-Fetch-Site` on secure and loopback origins, and in `Origin` on every other (OWASP's cross-site
 * request forgery prevention: Fetch Metadata, with the origin as the fallback).
 *
 * @param request the call
 * @param dashboardOrigin origin of the dashboard
 * @param withoutHeaders whether a call with neither header is accepted: it may be a script that signs in.
 *   It must be refused where a cookie authenticates the call.
 * @throws ApiError `csrf_refused`
 */
export function refuseForeignSite(
  request: FastifyRequest,
  dashboardOrigin: string,
  withoutHeaders: 'taken' | 'refused',
): void {
  if (SAFE.has(request.method)) {
    return;
  }
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const allowed =
    site !== undefined
      ? site === 'same-origin'
      : origin !== undefined
        ? origin === dashboardOrigin
        : withoutHeaders === 'taken';
  if (!allowed) {
    throw new ApiError('csrf_refused');
  }
}
