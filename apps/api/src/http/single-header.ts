import type { FastifyRequest } from 'fastify';

import { ApiError } from './api-error.js';

/**
 * Returns a header that may be sent only once. Node.js joins repeated ones, which would make one value out
 * of two.
 *
 * @param request the call
 * @param name name of the header, in lower case
 * @throws ApiError when it was sent twice
 */
export function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  if (value === undefined) {
    return undefined;
  }
  const sent = request.raw.rawHeaders.filter(
    (header, index) => index % 2 === 0 && header.toLowerCase() === name,
  );
  if (Array.isArray(value) || sent.length > 1) {
    throw new ApiError('bad_request', { param: name, message: `${name} was sent more than once.` });
  }
  return value;
}
