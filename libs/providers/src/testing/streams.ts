import type { Frame } from '../streams/frame.js';
import { chatCompletions } from '../endpoints/chat-completions.js';
import { chatStream } from '../streams/chat-stream.js';
import { streamModuleAt } from '../streams/index.js';
import type { StreamHead, StreamSink } from '../streams/stream-sink.js';
import { callTo } from './calls.js';
import { endpointModuleAt } from '../endpoints/index.js';
import type { ProviderStreamCall } from '../provider-client.js';

/** A sink that keeps what it is given. */
export class KeepingSink implements StreamSink {
  readonly frames: Frame[] = [];
  readonly heads: StreamHead[] = [];
  readonly answerIds: string[] = [];

  /** @param onFrame told of each frame, and may ask for a pause */
  constructor(private readonly onFrame: (frame: Frame) => 'pause' | undefined = () => undefined) {}

  begin: NonNullable<StreamSink['begin']> = (head) => {
    this.heads.push(head);
  };

  frame(frame: Frame): 'pause' | undefined {
    this.frames.push(frame);
    return this.onFrame(frame);
  }

  answerId(id: string): void {
    this.answerIds.push(id);
  }

  /** The frames as text. */
  get text(): string {
    return Buffer.concat(this.frames.map(({ bytes }) => bytes)).toString();
  }
}

/** A streamed call with a generous time. */
export function streamCallTo(
  baseUrl: string,
  over: Partial<ProviderStreamCall> = {},
): ProviderStreamCall {
  const path = over.path ?? '/chat/completions';
  return {
    ...callTo(baseUrl),
    body: Buffer.from('{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream":true}'),
    expect: endpointModuleAt(path) ?? chatCompletions,
    stream: streamModuleAt(path) ?? chatStream,
    ...over,
  };
}

/** A chunk of a chat completion. */
export function chatChunk(
  delta: unknown,
  finishReason: string | null = null,
  more: object = {},
): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    ...more,
  });
}

/** Chunks of the answer "Hi you", finish and usage included. */
export const HI_YOU: readonly string[] = [
  chatChunk({ role: 'assistant', content: '' }),
  chatChunk({ content: 'Hi' }),
  chatChunk({ content: ' you' }),
  chatChunk({}, 'stop'),
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  }),
];

/** The body that these chunks come to. */
export const HI_YOU_BODY = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi you' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
};

/** Events of the usual kind. */
export const asEvents = (chunks: readonly string[]): string =>
  chunks.map((chunk) => `data: ${chunk}\n\n`).join('');

/** The end that chat completions have. */
export const DONE = 'data: [DONE]\n\n';
