import type { KindRules } from './kinds/kind-rules.js';

const FROM_CLIENT = ['openai-organization', 'openai-project', 'openai-beta'] as const;
/** Headers of W3C Trace Context. Those of the caller are not forwarded: the call has a place of its own in the trace. */
const OF_TRACE = ['traceparent', 'tracestate'] as const;
/** Marks each call to a provider, so that a provider that leads back to ReqRun can be told. */
export const HOP_HEADER = 'x-reqrun-hop';

const MAX_VALUE_LENGTH = 1024;
const MAX_USER_AGENT_LENGTH = 512;
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

/** The headers of a client's request that go up to the provider, besides those that are ours. */
export interface ForwardedHeaders {
  'openai-organization'?: string;
  'openai-project'?: string;
  'openai-beta'?: string;
  'user-agent'?: string;
  /** Of a body that is not JSON. */
  'content-type'?: string;
  /** Place of the attempt in its trace, set by ourselves alone. */
  traceparent?: string;
  tracestate?: string;
}

/** Thrown by {@link assertUsableApiKey}. Never quotes the key. */
export class ApiKeyError extends Error {
  override readonly name = 'ApiKeyError';
  readonly code = 'unusable_api_key';

  constructor() {
    super('The provider key is empty or has characters that cannot stand in a header.');
  }
}

/**
 * Says early, when a credential is stored, what a call would end as `INVALID_REQUEST` for: a key
 * must be visible ASCII, so that it can stand in a header (RFC 9110 5.5, RFC 6750 2.1).
 *
 * @throws ApiKeyError
 */
export function assertUsableApiKey(apiKey: string): void {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ApiKeyError();
  }
}

/**
 * Picks from a client's headers (lower-case names) those that go up, and builds the user agent:
 * ours first, the client's appended. Values that cannot stand in a header or are over 1 KiB are
 * left out.
 *
 * @param version the product's version, for `reqrun/<version>`
 */
export function forwardedHeaders(
  version: string,
  client: Readonly<Record<string, string | string[] | undefined>>,
): ForwardedHeaders {
  const userAgent = client['user-agent'];
  const kept: ForwardedHeaders = {
    'user-agent':
      typeof userAgent === 'string' && PRINTABLE_ASCII.test(userAgent)
        ? `reqrun/${version} ${userAgent.slice(0, MAX_USER_AGENT_LENGTH)}`
        : `reqrun/${version}`,
  };
  for (const name of FROM_CLIENT) {
    const value = client[name];
    if (isSendable(value)) {
      kept[name] = value;
    }
  }
  return kept;
}

/** Parts that {@link requestHeaders} builds from. */
export interface RequestHeaderParts {
  readonly apiKey: string | null;
  /** Rules of the provider's kind, which decide where the key stands. */
  readonly rules: Pick<KindRules, 'keyHeader'>;
  readonly forwarded: ForwardedHeaders;
  readonly idempotencyKey: string | null;
  readonly hasBody: boolean;
  /** Whether answers are something else than JSON. */
  readonly acceptsAny?: boolean;
  /** Length of a body that is sent as a stream, in bytes; null where the bytes themselves tell. */
  readonly streamedBytes?: number | null;
}

/**
 * The complete header list of a call, as undici takes it: names and values in turn. It is built
 * from the allow-list by name, so that nothing else that the given object may hold can travel.
 */
export function requestHeaders(parts: RequestHeaderParts): string[] {
  // A compressed answer costs time on both sides of a connection that is seldom slow: it is declined
  // (RFC 9110 12.5.3). One that comes all the same is decoded, within the bound of answers.
  const accept = parts.acceptsAny === true ? '*/*' : 'application/json';
  const list = ['accept', accept, 'accept-encoding', 'identity', HOP_HEADER, '1'];
  if (parts.hasBody) {
    const contentType = parts.forwarded['content-type'];
    list.push('content-type', isSendable(contentType) ? contentType : 'application/json');
  }
  if (parts.streamedBytes != null) {
    list.push('content-length', String(parts.streamedBytes));
  }
  if (parts.apiKey !== null) {
    list.push(...parts.rules.keyHeader(parts.apiKey));
  }
  if (parts.idempotencyKey !== null) {
    list.push('idempotency-key', parts.idempotencyKey);
  }
  const userAgent = parts.forwarded['user-agent'];
  list.push('user-agent', isSendable(userAgent) ? userAgent : 'reqrun');
  for (const names of [FROM_CLIENT, OF_TRACE]) {
    for (const name of names) {
      const value = parts.forwarded[name];
      if (isSendable(value)) {
        list.push(name, value);
      }
    }
  }
  return list;
}

function isSendable(value: string | string[] | undefined): value is string {
  return (
    typeof value === 'string' && value.length <= MAX_VALUE_LENGTH && PRINTABLE_ASCII.test(value)
  );
}
