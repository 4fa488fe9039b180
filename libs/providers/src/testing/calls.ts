import { chatCompletions } from '../endpoints/chat-completions.js';
import type { ProviderCall } from '../provider-client.js';

/** The smallest chat completion with usage. */
export const COMPLETION = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

/** Body that a call posts. */
export const BODY = '{"model":"m","messages":[{"role":"user","content":"Hello"}]}';

/** A call with a generous time, to be narrowed by each test. */
export function callTo(baseUrl: string, over: Partial<ProviderCall> = {}): ProviderCall {
  return {
    baseUrl,
    path: '/chat/completions',
    apiKey: 'sk-test-key',
    body: Buffer.from(BODY),
    headers: { 'user-agent': 'reqrun/0.0.0' },
    idempotencyKey: 'rr_test-1',
    timeoutMs: 20_000,
    expect: chatCompletions,
    ...over,
  };
}
