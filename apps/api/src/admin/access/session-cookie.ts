import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AdminSettings } from '../admin-settings.js';

/**
 * The cookie's name. A browser takes one that begins with `__Host-` over TLS alone, for this very host
 * alone and with no wider path (RFC 6265bis, 4.1.3.2).
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
 * The secret of the session that a call belongs to.
 *
 * @param request the call
 * @param settings whether cookies are Secure
 */
export function sessionSecretOf(
  request: FastifyRequest,
  settings: AdminSettings,
): string | undefined {
  const { cookie } = request.headers;
  return cookie === undefined ? undefined : request.server.parseCookie(cookie)[nameOf(settings)];
}

/**
 * Gives a browser its session.
 *
 * @param reply the answer
 * @param settings whether cookies are Secure
 * @param secret of the session
 * @param expiresAt the session's end
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
 * Takes a browser's session away.
 *
 * @param reply the answer
 * @param settings whether cookies are Secure
 */
export function takeSession(reply: FastifyReply, settings: AdminSettings): void {
  void reply.clearCookie(nameOf(settings), attributesOf(settings));
}
