import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { BlockList, isIPv4, isIPv6, type LookupFunction } from 'node:net';

/** The code of the error that a refused connection fails with. */
export const ADDRESS_REFUSED = 'ADDRESS_REFUSED';

/**
 * IPv4 networks where no provider is, with the length of their prefix: "this network" (RFC 1122,
 * 3.2.1.3), link-local (RFC 3927), where clouds answer for their machines' credentials, and the
 * metadata services of Azure and Alibaba Cloud, which have addresses of their own.
 */
const IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
];

/**
 * The same of IPv6: unspecified and link-local (RFC 4291, 2.5.2 and 2.5.6), and the metadata services
 * of AWS (`fd00:ec2::254` and its neighbours) and Google Cloud.
 */
const IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
];

/** Prefix of an IPv4 address within an IPv6 one, its length in bits, and what stands behind the address. */
const EMBEDDINGS: readonly (readonly [before: string, bits: number, behind: string])[] = [
  ['::ffff:0:', 96, ''],
  ['64:ff9b::', 96, ''],
  ['64:ff9b:1::', 96, ''],
  ['2002:', 16, '::'],
];

const refused = makeBlockList();

/**
 * Tells whether an address is one that is never called. IPv4 addresses count in each of their IPv6 spellings:
 * mapped (RFC 4291, 2.5.5.2), translated (RFC 2765), NAT64 (RFC 6052, RFC 8215) and 6to4 (RFC 3056).
 *
 * @param address an IPv4 or IPv6 address without brackets; anything else is not refused
 */
export function isRefusedAddress(address: string): boolean {
  const [plain = ''] = address.split('%', 1);
  return isIPv4(plain)
    ? refused.check(plain, 'ipv4')
    : isIPv6(plain) && refused.check(plain, 'ipv6');
}

/**
 * Resolves names for connections, less the addresses that are never called. It is asked where the
 * connection is made, so a name that changes its address after it was checked gains nothing. Fails with
 * the code {@link ADDRESS_REFUSED} when no other address is left.
 *
 * @param resolve asks the system; tests give another
 */
export function lookupAllowed(resolve: LookupFunction = resolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const allowed = (found as LookupAddress[]).filter(
        ({ address }) => !isRefusedAddress(address),
      );
      const [first] = allowed;
      if (first === undefined) {
        callback(refusal(), []);
      } else if (options.all === true) {
        callback(null, allowed);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

/** Error of a refused connection. It names no address, so it may be logged. */
export function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('The name has no address that may be called.'), {
    code: ADDRESS_REFUSED,
  });
}

function makeBlockList(): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of IPV4) {
    // Node holds an IPv4-mapped IPv6 address against the rules of IPv4 itself.
    list.addSubnet(network, prefix, 'ipv4');
    for (const [before, bits, behind] of EMBEDDINGS) {
      list.addSubnet(`${before}${hexOf(network)}${behind}`, bits + prefix, 'ipv6');
    }
  }
  for (const [network, prefix] of IPV6) {
    list.addSubnet(network, prefix, 'ipv6');
  }
  return list;
}

function hexOf(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}
