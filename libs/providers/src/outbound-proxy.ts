import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { request as requestOverHttp, type IncomingMessage } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';

import { type buildConnector, errors } from 'undici';

import { matchesHost } from './base-url.js';
import { isRefusedAddress, refusal } from './refused-addresses.js';

/** Proxy through which providers are reached. */
export interface OutboundProxy {
  /** Address of the proxy, http or https, with user and password where it asks for them. */
  readonly url: string;
  /** Hosts that are called directly, as `assertAllowedBaseUrl` takes them. */
  readonly noProxy: readonly string[];
  /** Milliseconds until the proxy must have opened a tunnel. */
  readonly timeoutMs: number;
  /** Certificates that are trusted, as PEM; absent means those of Node.js. */
  readonly ca?: readonly string[] | undefined;
  /** Resolves names, as `dns.lookup` does, which is the default. */
  readonly resolve?: LookupFunction | undefined;
}

/** Codes of the errors that a proxy fails a connection with. */
export const PROXY_REFUSED = 'PROXY_REFUSED';
/** The proxy wants other credentials (RFC 9110, 15.5.8). */
export const PROXY_AUTHENTICATION_REQUIRED = 'PROXY_AUTHENTICATION_REQUIRED';

/**
 * Makes connections through a tunnel of a proxy (CONNECT, RFC 9110, 9.3.6). TLS is spoken with the provider itself:
 * the proxy sees its name, and no key and no prompt.
 *
 * The proxy resolves the name, so its address cannot be judged where the connection is made. A name that has an
 * address that is never called is refused before. One that cannot be resolved here is left to the proxy.
 *
 * @param direct makes connections without a proxy, and speaks TLS over a socket that it is given
 * @param proxy the proxy
 */
export function throughProxy(
  direct: buildConnector.connector,
  proxy: OutboundProxy,
): buildConnector.connector {
  const { resolve = resolveName } = proxy;
  return (target, callback) => {
    const { hostname } = target;
    if (proxy.noProxy.some((host) => matchesHost(hostname, host))) {
      direct(target, callback);
      return;
    }
    resolve(hostname, { all: true }, (failed, found) => {
      if (failed === null && (found as LookupAddress[]).some(isRefused)) {
        callback(refusal(), null);
        return;
      }
      const port = target.port || (target.protocol === 'https:' ? '443' : '80');
      openTunnel(proxy, authorityOf(hostname, port), (error, socket) => {
        if (error !== null) {
          callback(error, null);
        } else if (target.protocol === 'https:') {
          direct({ ...target, httpSocket: socket }, callback);
        } else {
          callback(null, socket);
        }
      });
    });
  };
}

const isRefused = ({ address }: LookupAddress): boolean => isRefusedAddress(address);

function authorityOf(hostname: string, port: string): string {
  return `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
}

function openTunnel(
  { url, timeoutMs, ca }: OutboundProxy,
  authority: string,
  callback: (...result: [error: Error, socket: null] | [error: null, socket: Socket]) => void,
): void {
  const { protocol, hostname, port, username, password } = new URL(url);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const send = protocol === 'https:' ? requestOverHttps : requestOverHttp;
  const sent = send({
    method: 'CONNECT',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port || (protocol === 'https:' ? 443 : 80),
    path: authority,
    headers: {
      host: authority,
      ...(username === ''
        ? {}
        : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    // A tunnel belongs to one connection.
    agent: false,
    ...(ca === undefined ? {} : { ca: [...ca] }),
  });
  const timer = setTimeout(() => sent.destroy(new errors.ConnectTimeoutError()), timeoutMs);
  sent.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
    clearTimeout(timer);
    if (response.statusCode !== 200) {
      socket.destroy();
      callback(proxyError(response.statusCode), null);
      return;
    }
    if (head.length > 0) {
      socket.unshift(head);
    }
    callback(null, socket);
  });
  sent.once('error', (error) => {
    clearTimeout(timer);
    callback(error, null);
  });
  sent.end();
}

/** It has no word of the proxy's answer, which can be a page. */
function proxyError(status: number | undefined): Error {
  const code = status === 407 ? PROXY_AUTHENTICATION_REQUIRED : PROXY_REFUSED;
  return Object.assign(new Error('The proxy opened no tunnel.'), { code });
}
