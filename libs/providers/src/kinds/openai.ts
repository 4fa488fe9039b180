import { joinUrl } from '../base-url.js';
import type { KindRules } from './kind-rules.js';

/**
 * OpenAI (https://platform.openai.com/docs/api-reference/authentication; "Rate limits in headers" of its guide).
 * The other kinds say only what differs.
 */
export const openai: KindRules = {
  needsKey: true,
  limitPrefixes: ['x-ratelimit-'],
  requestIdHeader: 'x-request-id',
  keyHeader: (apiKey) => ['authorization', `Bearer ${apiKey}`],
  pathOf: (prefix, { path }) => joinUrl(prefix, path),
  isModel: () => true,
  limitsOf: (headers) => headers,
};
