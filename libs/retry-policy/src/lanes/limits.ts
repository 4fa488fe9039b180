import { parseDecimal, parseDuration } from '../durations.js';

/** A limit of a provider, as an answer tells of it. */
export interface Limit {
  /** Size of the limit, in requests or tokens; more than 0. */
  readonly limit: number;
  /** Part of it that is left; 0 or more, and never more than the limit. */
  readonly remaining: number;
  /** Time until it is whole again, in ms; more than 0. */
  readonly resetMs: number;
}

/** Limits that an answer tells of. */
export interface Limits {
  readonly requests?: Limit;
  readonly tokens?: Limit;
}

/** Time until a limit is whole again where the provider does not say, as Mistral, in ms. */
const USUAL_RESET_MS = 60_000;

/**
 * Reads the limits that headers tell of, by the names of OpenAI. A limit of 0 is a no, not a wait; a value that is no
 * number, such as Azure's -1, says nothing. Either leaves the limit out.
 *
 * @param headers lower-case names; other kinds of providers are translated before
 * @returns undefined where there is none
 */
export function readLimits(headers: Readonly<Record<string, string>>): Limits | undefined {
  const requests = readLimit(headers, 'requests');
  const tokens = readLimit(headers, 'tokens');
  return requests === undefined && tokens === undefined
    ? undefined
    : { ...(requests !== undefined && { requests }), ...(tokens !== undefined && { tokens }) };
}

function readLimit(
  headers: Readonly<Record<string, string>>,
  name: 'requests' | 'tokens',
): Limit | undefined {
  const text = headers[`x-ratelimit-remaining-${name}`];
  if (text === undefined) {
    return undefined;
  }
  const limit = parseDecimal(headers[`x-ratelimit-limit-${name}`] ?? '');
  const remaining = parseDecimal(text);
  const reset = headers[`x-ratelimit-reset-${name}`];
  const resetMs = reset === undefined ? USUAL_RESET_MS : parseDuration(reset);
  if (limit === undefined || limit <= 0 || remaining === undefined || remaining > limit) {
    return undefined;
  }
  return resetMs === undefined || resetMs <= 0 ? undefined : { limit, remaining, resetMs };
}
