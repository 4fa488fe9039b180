import type { KindRules } from './kind-rules.js';
import { openai } from './openai.js';

/** Limits of Anthropic by the limit of OpenAI's that they stand for; of several tokens the first one that is used up. */
const LIMITS = [
  ['requests', 'requests'],
  ['input-tokens', 'tokens'],
  ['output-tokens', 'tokens'],
  ['tokens', 'tokens'],
] as const;

/**
 * Anthropic behind its layer for OpenAI's clients (https://docs.anthropic.com/en/api/openai-sdk). Its limits stand
 * in headers of its own, with the time at which they are whole again (RFC 3339;
 * https://docs.anthropic.com/en/api/rate-limits). Its 529 is retried like a 500, and its spent budget, a 400 that
 * only the message tells, is known to the retry policy.
 */
export const anthropic: KindRules = {
  ...openai,
  limitPrefixes: ['x-ratelimit-', 'anthropic-ratelimit-'],
  requestIdHeader: 'request-id',
  limitsOf: (headers, nowMs) => {
    const translated: Record<string, string> = { ...headers };
    for (const [theirs, ours] of LIMITS) {
      const remaining = headers[`anthropic-ratelimit-${theirs}-remaining`];
      const reset = Date.parse(headers[`anthropic-ratelimit-${theirs}-reset`] ?? '');
      const known = translated[`x-ratelimit-remaining-${ours}`];
      if (remaining === undefined || Number.isNaN(reset) || known?.trim() === '0') {
        continue;
      }
      translated[`x-ratelimit-remaining-${ours}`] = remaining;
      const limit = headers[`anthropic-ratelimit-${theirs}-limit`];
      if (limit !== undefined) {
        translated[`x-ratelimit-limit-${ours}`] = limit;
      }
      translated[`x-ratelimit-reset-${ours}`] =
        `${Math.max(0, Math.ceil((reset - nowMs) / 1_000))}s`;
    }
    return translated;
  },
};
