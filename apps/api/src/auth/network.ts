import ipaddr from 'ipaddr.js';

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
