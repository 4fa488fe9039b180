import type { FastifyRequest } from 'fastify';

/** User agents of clients that know a handle: ReqRun's own. */
const READS_HANDLES = /\breqrun-(sdk|cli)\b/i;

/**
 * User agents of clients that take an answer of 2xx for a completion, beside those that say so by a header of
 * their own.
 */
const EXPECTS_ANSWERS: readonly RegExp[] = [
  // Vercel's AI SDK: `ai-sdk/openai/3.0.1`, `ai/5.0.0`.
  /\bai-sdk\//i,
  /\bai\/\d/i,
  // LangChain and LlamaIndex where they bring their own HTTP client.
  /\blangchain/i,
  /\bllama[-_]?index/i,
  // LiteLLM's client, Instructor, Mastra.
  /\blitellm\b/i,
  /\binstructor\b/i,
  /\bmastra\b/i,
];

/** Headers by which clients that expect an answer name themselves. */
const NAMES_OF_CLIENTS = [
  // OpenAI's SDKs for every language (https://github.com/stainless-api).
  'x-stainless-lang',
  // promptfoo, whose user agent is that of Node.
  'x-promptfoo-version',
] as const;

/**
 * Tells whether a caller can read the 202 handle of a request that has not ended. A caller that cannot takes the
 * handle for a broken answer.
 *
 * @param request the call
 */
export function readsHandles({ headers }: FastifyRequest): boolean {
  const agent = headers['user-agent'] ?? '';
  if (READS_HANDLES.test(agent)) {
    return true;
  }
  if (NAMES_OF_CLIENTS.some((name) => headers[name] !== undefined)) {
    return false;
  }
  const accepts = headers.accept ?? '';
  return !accepts.includes('text/event-stream') && !EXPECTS_ANSWERS.some((one) => one.test(agent));
}
