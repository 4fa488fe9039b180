import { isIP } from 'node:net';

import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/**
 * Returns the address of a call, from the socket or the trusted proxies. If an entry of `X-Forwarded-For` is
 * not an address (a trusted proxy may pass on its client's text), the proxy's own address is used.
 *
 * @param request the call
 * @returns an IPv4 or IPv6 address, or `unknown` when the socket is gone
 */
export function addressOf(request: FastifyRequest): string {
  const { ip } = request;
  return isIP(ip) === 0 ? (request.raw.socket.remoteAddress ?? 'unknown') : ip;
}

/**
 * Returns the network under which attempts of an address are counted: an IPv4 address itself, or the /64 of
 * an IPv6 address. A customer of an IPv6 provider has a /64, so single addresses cost an attacker nothing.
 *
 * @param address address from the socket or the trusted proxy
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
