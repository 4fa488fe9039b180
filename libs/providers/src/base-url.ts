import { isIPv4 } from 'node:net';
import { isRefusedAddress } from './refused-addresses.js';

/** Fault of a provider's base URL. */
export type BaseUrlProblem =
  'not_a_url' | 'scheme' | 'insecure' | 'credentials' | 'query' | 'link_local' | 'host';

const PROBLEMS: Record<BaseUrlProblem, string> = {
  not_a_url: 'The base URL is not a valid absolute URL.',
  scheme: 'The base URL must start with https:// (or http:// on a loopback address).',
  insecure:
    'The base URL uses http on an address that is not loopback: the key would travel in clear.',
  credentials: 'The base URL must not carry a user name or a password.',
  query: 'The base URL must not carry a query or a fragment.',
  link_local:
    'The base URL is a link-local or unspecified address, or the address of a metadata service: no provider is there.',
  host: 'The host of the base URL is not one that this server may call.',
};

/** Thrown by {@link assertAllowedBaseUrl}. Never quotes the URL, for it may hold a secret. */
export class BaseUrlError extends Error {
  override readonly name = 'BaseUrlError';
  /** The rule that the URL breaks. */
  readonly code: BaseUrlProblem;

  constructor(code: BaseUrlProblem) {
    super(PROBLEMS[code]);
    this.code = code;
  }
}

/** Base URLs that are allowed beyond the default. */
export interface BaseUrlRules {
  /** Allow plain http on every address, not only on loopback. Default false. */
  allowInsecure?: boolean;
  /**
   * Host names that may be called, `*.example.com` for all below it; none named means all. Default
   * none named.
   */
  hosts?: readonly string[];
}

/**
 * Holds a provider's base URL against the rules: https anywhere; http only on a loopback address
 * (127.0.0.0/8 and ::1, RFC 5735 and RFC 4291; `localhost`, RFC 6761); no credentials, no query,
 * no fragment; no address that is never called (`isRefusedAddress`), such as those where clouds keep
 * their machines' credentials; a host on the list if there is one. Names are not resolved here: their
 * addresses are judged where a connection is made.
 *
 * @returns the parsed URL
 * @throws BaseUrlError whose message and code name the problem
 */
export function assertAllowedBaseUrl(baseUrl: string, rules: BaseUrlRules = {}): URL {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new BaseUrlError('not_a_url');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new BaseUrlError('scheme');
  }
  if (url.username !== '' || url.password !== '') {
    throw new BaseUrlError('credentials');
  }
  // The raw text is looked at because a bare `?` or `#` parses to an empty search or hash.
  if (/[?#]/.test(baseUrl)) {
    throw new BaseUrlError('query');
  }
  if (url.protocol === 'http:' && rules.allowInsecure !== true && !isLoopback(url.hostname)) {
    throw new BaseUrlError('insecure');
  }
  if (isRefusedAddress(url.hostname.replace(/^\[|\]$/g, ''))) {
    throw new BaseUrlError('link_local');
  }
  if (rules.hosts?.length && !rules.hosts.some((host) => matchesHost(url.hostname, host))) {
    throw new BaseUrlError('host');
  }
  return url;
}

/**
 * Tells whether a host is the one that is named, or below it where the name begins with `*.`.
 *
 * @param hostname as the URL parser writes it
 * @param allowed the name
 */
export function matchesHost(hostname: string, allowed: string): boolean {
  const wanted = allowed.toLowerCase();
  return wanted.startsWith('*.') ? hostname.endsWith(wanted.slice(1)) : hostname === wanted;
}

/** Expects a host name as the URL parser writes it: `0x7f.1` is already `127.0.0.1`. */
function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

/**
 * Puts a call's path behind a base URL, with exactly one slash between them, whether the base URL
 * ends in one or not: `https://host/v1/` and `/models` give `https://host/v1/models`.
 */
export function joinUrl(baseUrl: string, path: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  return path.startsWith('/') ? base + path : `${base}/${path}`;
}
