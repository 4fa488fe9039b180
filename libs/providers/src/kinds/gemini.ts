import type { KindRules } from './kind-rules.js';
import { openai } from './openai.js';

/**
 * Gemini behind its layer for OpenAI's clients (https://ai.google.dev/gemini-api/docs/openai). It tells of no
 * limits in headers. The wait after a 429 stands in the body, as google.rpc.RetryInfo, which is read for every kind.
 */
export const gemini: KindRules = { ...openai, limitPrefixes: [] };
