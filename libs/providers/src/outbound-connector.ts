import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';

import { buildConnector } from 'undici';

import { dropContinue } from './interim-responses.js';
import { type OutboundProxy, throughProxy } from './outbound-proxy.js';
import { finishPausedAtEnd } from './paused-at-end.js';
import { lookupAllowed } from './refused-addresses.js';

/** Rules for connections that leave this machine. */
export interface ConnectorOptions {
  /** Milliseconds for DNS, TCP and TLS together. Default 10,000. */
  connectTimeoutMs?: number;
  /** Proxy that servers are reached through; none by default. */
  proxy?: Pick<OutboundProxy, 'url' | 'noProxy'> | undefined;
  /** Certificates that are trusted besides those of Node.js, as PEM. */
  extraCa?: string | undefined;
  /** Resolves names, as `dns.lookup` does, which is the default. Addresses that it finds are judged all the same. */
  resolve?: LookupFunction;
}

/**
 * The certificates that are trusted; absent means those of Node.js.
 *
 * @param extraCa certificates besides those of Node.js, as PEM
 */
export const trustedCertificates = (extraCa: string | undefined): readonly string[] | undefined =>
  extraCa === undefined ? undefined : [...rootCertificates, extraCa];

/**
 * Makes connections to providers and webhooks. A name that has no address that may be called fails with
 * `ADDRESS_REFUSED`.
 *
 * @param options the rules
 */
export function outboundConnector(options: ConnectorOptions): buildConnector.connector {
  const timeoutMs = options.connectTimeoutMs ?? 10_000;
  const ca = trustedCertificates(options.extraCa);
  const direct = buildConnector({
    timeout: timeoutMs,
    ...(ca !== undefined && { ca: [...ca] }),
    allowH2: false,
    // Node gives each address 250 ms before it tries the next one, which a far host can exceed.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1_000,
    lookup: lookupAllowed(options.resolve),
  });
  const { proxy, resolve } = options;
  const connect =
    proxy === undefined ? direct : throughProxy(direct, { ...proxy, timeoutMs, ca, resolve });
  return (target, callback) => {
    connect(target, (...[error, socket]) => {
      if (error === null) {
        dropContinue(socket);
        finishPausedAtEnd(socket);
        callback(null, socket);
      } else {
        callback(error, null);
      }
    });
  };
}
