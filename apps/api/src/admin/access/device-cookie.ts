import type {} from '@fastify/cookie';
import { DEVICE_LASTS_MS } from '@reqrun/users';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AdminSettings } from '../admin-settings.js';

/** The cookie's name; `__Host-` for the reason that the session's cookie gives. */
const nameOf = (settings: AdminSettings): string =>
  settings.secureCookies ? '__Host-reqrun_device' : 'reqrun_device';

/**
 * The cookie by which a browser may be known.
 *
 * @param request the call
 * @param settings whether cookies are Secure
 * @returns its value, whatever it is worth, or null
 */
export function deviceCookieOf(request: FastifyRequest, settings: AdminSettings): string | null {
  const { cookie } = request.headers;
  return cookie === undefined
    ? null
    : (request.server.parseCookie(cookie)[nameOf(settings)] ?? null);
}

/**
 * Lets a browser be known from now on, also after its session has ended.
 *
 * @param reply the answer
 * @param settings whether cookies are Secure
 * @param device the cookie's value
 */
export function giveDevice(reply: FastifyReply, settings: AdminSettings, device: string): void {
  void reply.setCookie(nameOf(settings), device, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: settings.secureCookies,
    maxAge: DEVICE_LASTS_MS / 1000,
  });
}
