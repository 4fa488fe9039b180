import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AdminSettings } from '../admin-settings.js';

/**
 * Name of the cookie. A browser accepts one that begins with `__Host-` only over TLS, only for this host and
 * only with the path `/` (RFC 6265bis, 4.1.3.2).
 */
const nameOf = (settings: AdminSettings): string =>
  settings.secureCookies ? '__Host-reqrun_session' : 'reqrun_session';

const attributesOf = (settings: AdminSettings) => ({
  path: '/',
  httpOnly: true,
  sameSite: 'strict' as const,
  secure: settings.secureCookies,
});

/**
 * Returns the session secret of a call.
 *
 * @param request the call
 * @param settings settings with the Secure flag of cookies
 */
export function sessionSecretOf(
  request: FastifyRequest,
  settings: AdminSettings,
): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : request.server.parseCookie(cookie)[nameOf(settings)];
}

/**
 * Sets the session cookie of a browser.
 *
 * @param reply the answer
 * @param settings settings with the Secure flag of cookies
 * @param secret secret of the session
 * @param expiresAt end of the session
 */
export function giveSession(
  reply: FastifyReply,
  settings: AdminSettings,
  secret: string,
  expiresAt: Date,
): void {
  void reply.setCookie(nameOf(settings), secret, {
    ...attributesOf(settings),
    expires: expiresAt,
  });
}

/**
 * Clears the session cookie of a browser.
 *
 * @param reply the answer
 * @param settings settings with the Secure flag of cookies
 */
export function takeSession(reply: FastifyReply, settings: AdminSettings): void {
  void reply.clearCookie(nameOf(settings), attributesOf(settings));
}
