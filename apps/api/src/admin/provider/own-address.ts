import { isIPv4 } from 'node:net';

/** Addresses at which this API can be reached. */
export interface OwnAddress {
  /** `REQRUN_PUBLIC_URL`, if it is set. */
  publicUrl: string | undefined;
  /** Address that it listens on. */
  host: string;
  /** Port that it listens on. */
  port: () => number;
}

/**
 * Returns whether a provider's base URL is this API itself, by its own settings. A name of another owner, or
 * a proxy, may still lead here: such calls are refused when they arrive.
 *
 * @param url a parsed base URL
 * @param own addresses of this API
 */
export function isOwnAddress(url: URL, own: OwnAddress): boolean {
  if (own.publicUrl !== undefined && url.origin === new URL(own.publicUrl).origin) {
    return true;
  }
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const hostname = url.hostname.replace(/^\[|\]$|\.$/g, '');
  return port === own.port() && (hostname === own.host || isLoopback(hostname));
}

/** Returns whether a parsed hostname is loopback (RFC 5735, RFC 4291, RFC 6761), also IPv4 within IPv6. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '::1' ||
    hostname.startsWith('::ffff:7f') ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}
