import { HOP_HEADER } from '@reqrun/providers';
import type { FastifyRequest } from 'fastify';

/** The product in a user agent, which `forwardedHeaders` puts in front of the client's. */
const OWN_USER_AGENT = /(^|\s)reqrun\/\d/;
/** The idempotency key of an attempt. */
const OWN_KEY = /^"?rr_[0-9a-z]+-\d+"?$/i;

/**
 * Returns whether a call comes from a worker or an API of ReqRun. A provider that leads back here, directly
 * or indirectly, would multiply each request endlessly. Each call to a provider is marked by a header. If a
 * proxy removes it, user agent and idempotency key together identify the call.
 *
 * @param headers headers of the call
 */
export function isOwnCall(headers: FastifyRequest['headers']): boolean {
  if (headers[HOP_HEADER] !== undefined) {
    return true;
  }
  const key = headers['idempotency-key'];
  return (
    typeof key === 'string' && OWN_KEY.test(key) && OWN_USER_AGENT.test(headers['user-agent'] ?? '')
  );
}
