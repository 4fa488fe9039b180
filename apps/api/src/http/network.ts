import { isIP } from 'node:net';

import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/**
 * The address that a call comes from, as the socket or the trusted proxies tell it. An entry of
 * `X-Forwarded-For` that is no address (a trusted proxy may pass on what its client wrote) does not
 * count: the proxy's own address stands for it.
 *
 * @param request the call
 * @returns an IPv4 or IPv6 address, or `unknown` when the socket is gone
 */
export function addressOf(request: FastifyRequest): string {
  const { ip } = request;
  return isIP(ip) === 0 ? (request.raw.socket.remoteAddress ?? 'unknown') : ip;
}

/**
 * What attempts of an address are counted under: an IPv4 address itself, the /64 of an IPv6 one. One
 * customer of an IPv6 provider has a /64: single addresses cost an attacker nothing.
 *
 * @param address as the socket or the trusted proxy tells it
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) {
    return 'unknown';
  }
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString();
}
