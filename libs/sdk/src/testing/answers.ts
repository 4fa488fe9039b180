import type { ChatCompletion, RequestStatus } from '../types/chat-completion.js';
import type { ChatCompletionChunk } from '../types/chat-completion-chunk.js';
import type { Answer, StreamAnswer } from './scripted-server.js';

/** The id of the request in all answers. */
export const ID = `rr_${'0'.repeat(31)}1`;

/** The shortest body. */
export const HELLO = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user' as const, content: 'Hello.' }],
};

/** A completion. */
export const COMPLETION: ChatCompletion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-4o-mini',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'Hello!', refusal: null },
    },
  ],
};

/** 200 with the completion. */
export const completed: Answer = {
  status: 200,
  body: COMPLETION,
  headers: { 'x-request-id': ID, 'x-reqrun-attempts': '2' },
};

/** 202 with the handle. */
export const accepted: Answer = {
  status: 202,
  body: {
    id: ID,
    object: 'chat.completion.async',
    status: 'processing',
    created: 1_790_000_000,
    model: 'gpt-4o-mini',
    attempts: 1,
  },
  headers: { 'x-request-id': ID, 'openai-poll-after-ms': '5' },
};

/** A record. */
export const record = (status: RequestStatus): Answer => ({
  status: 200,
  body: { id: ID, object: 'request', status, result: status === 'completed' ? COMPLETION : null },
  headers: { 'x-request-id': ID, 'openai-poll-after-ms': '5' },
});

/**
 * An error with OpenAI's body.
 *
 * @param status its HTTP status
 * @param code its code
 * @param headers on top of the request's id
 */
export const failure = (
  status: number,
  code: string,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  body: { error: { message: `Words about ${code}.`, type: 'some_error', param: null, code } },
  headers: { 'x-request-id': 'req_1', ...headers },
});

/** Not accepted, to be sent again in 5 ms. */
export const full: Answer = failure(503, 'overloaded', {
  'x-should-retry': 'true',
  'retry-after-ms': '5',
});

/**
 * A frame of a streamed completion, as it is on the wire.
 *
 * @param n its number; the last one has the finish reason
 * @param log the log that it belongs to
 * @param content the piece of text
 */
export const frame = (n: number, log = 1, content = `word ${n} `): string =>
  `id: ${log}-${n}\ndata: ${JSON.stringify(chunk(content))}\n\n`;

/** A chunk with a piece of text. */
export const chunk = (content: string): ChatCompletionChunk => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
});

/** Frames, from one number to another. */
export const frames = (from: number, to: number, log = 1): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => frame(from + n, log));

/** The clean end. */
export const DONE = 'data: [DONE]\n\n';

/**
 * An error within a stream.
 *
 * @param code its code
 */
export const errorFrame = (code: string): string =>
  `data: ${JSON.stringify({
    error: {
      message: `Words about ${code}. Request ${ID} goes on.`,
      type: 'provider_error',
      param: null,
      code,
    },
  })}\n\n`;

/**
 * An answer that is a stream of the request.
 *
 * @param pieces as they are written
 * @param then what follows the last one
 */
export const stream = (
  pieces: readonly (string | Uint8Array)[],
  then: StreamAnswer['then'] = 'end',
): StreamAnswer => ({ pieces, then, headers: { 'x-request-id': ID } });
