import type { KindRules } from './kinds/kind-rules.js';
import type { KeptHeaders } from './outcome.js';

/** Header values as undici gives them: lower-case names, an array where a name came twice. */
export type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

const FOR_CALLER: ReadonlySet<string> = new Set(['openai-processing-ms', 'openai-version']);
const FOR_RETRY: ReadonlySet<string> = new Set([
  'openai-poll-after-ms',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
]);
const RATE_LIMIT_PREFIX = 'x-ratelimit-';
const MAX_VALUE_LENGTH = 1024;
/** The shape of ids. Free text has blanks, and an id is stored in clear, logged and shown. */
const REQUEST_ID = /^[\w.:-]{1,128}$/;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * The headers of a provider's answer that are kept: what passes to the waiting caller and what the
 * retry decision needs (OpenAI, "Rate limits: rate limits in headers"; RFC 9110 10.2.3). Of a header
 * that came twice the first value counts; values over 1 KiB or not printable are dropped.
 *
 * @param raw the headers of the answer
 * @param rules rules of the provider's kind, which name the headers that tell of limits
 */
export function keptHeaders(
  raw: RawHeaders,
  { limitPrefixes }: Pick<KindRules, 'limitPrefixes'>,
): KeptHeaders {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(raw)) {
    if (
      passesThrough(name) ||
      FOR_RETRY.has(name) ||
      limitPrefixes.some((prefix) => name.startsWith(prefix))
    ) {
      const value = headerValue(raw, name);
      if (value !== null) {
        kept[name] = value;
      }
    }
  }
  return kept;
}

/** Of the kept headers those that pass to the waiting caller; `retry-after` is ours to act on. */
export function passThroughHeaders(headers: KeptHeaders): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (passesThrough(name)) {
      passed[name] = value;
    }
  }
  return passed;
}

/** One header's first value, or null when it is absent, over 1 KiB or not printable ASCII. */
export function headerValue(raw: RawHeaders, name: string): string | null {
  const given = raw[name];
  const value = Array.isArray(given) ? given[0] : given;
  return value !== undefined && value.length <= MAX_VALUE_LENGTH && PRINTABLE_ASCII.test(value)
    ? value
    : null;
}

/**
 * The provider's id of a call: 1 to 128 letters, digits and `_.:-`, else null.
 *
 * @param raw the headers of the answer
 * @param rules rules of the provider's kind, which name a header of its own; `x-request-id` is the next best
 */
export function providerRequestId(
  raw: RawHeaders,
  { requestIdHeader }: Pick<KindRules, 'requestIdHeader'>,
): string | null {
  return requestIdIn(raw, requestIdHeader) ?? requestIdIn(raw, 'x-request-id');
}

function requestIdIn(raw: RawHeaders, name: string): string | null {
  const value = headerValue(raw, name);
  return value !== null && REQUEST_ID.test(value) ? value : null;
}

function passesThrough(name: string): boolean {
  return FOR_CALLER.has(name) || name.startsWith(RATE_LIMIT_PREFIX);
}
