import type {} from '@fastify/cookie';
import { DEVICE_LASTS_MS } from '@reqrun/users';
import type { FastifyReply, FastifyRequest } from 'fastify';

import type { AdminSettings } from '../admin-settings.js';

/** Name of the cookie. The reason for `__Host-` is that of the session cookie. */
const nameOf = (settings: AdminSettings): string =>
  settings.secureCookies ? '__Host-reqrun_device' : 'reqrun_device';

/**
 * Returns the cookie by which a browser is recognized.
 *
 * @param request the call
 * @param settings settings with the Secure flag of cookies
 * @returns its value, which is not verified, or null
 */
export function deviceCookieOf(request: FastifyRequest, settings: AdminSettings): string | null {
  const { cookie } = request.headers;
  return cookie === undefined
    ? null
    : (request.server.parseCookie(cookie)[nameOf(settings)] ?? null);
}

/**
 * Sets the cookie by which a browser is recognized, also after its session has ended.
 *
 * @param reply the answer
 * @param settings settings with the Secure flag of cookies
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
