import { HOP_HEADER } from '@reqrun/providers';
import type { FastifyRequest } from 'fastify';

/** The product's name in a user agent, as `forwardedHeaders` puts it in front of the client's. */
const OWN_USER_AGENT = /(^|\s)reqrun\/\d/;
/** The idempotency key of an attempt. */
const OWN_KEY = /^"?rr_[0-9a-z]+-\d+"?$/i;

/**
 * Tells whether a call comes from a worker or an API of ReqRun: a provider that leads back here, directly or
 * through others, would multiply each request without an end. Each call to a provider is marked by a
 * header; where something on the way takes that out, user agent and idempotency key together tell it.
 *
 * @param headers of the call
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
