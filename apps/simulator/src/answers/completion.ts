import { randomUUID } from 'node:crypto';

import type { Answer } from './answer-content.js';
import { finishReasonOf, usageOf, type Usage } from './answer.js';
import type { ChatRequest } from './chat-request.js';

/** https://platform.openai.com/docs/api-reference/chat/object */
export interface ChatCompletion {
  readonly id: string;
  readonly object: 'chat.completion';
  /** Unix seconds. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly unknown[];
  readonly usage: Usage;
  readonly system_fingerprint: string;
}

const FINGERPRINT = 'fp_simulator';

/** The body of an answer that comes whole. */
export function completionOf(chat: ChatRequest, answer: Answer): ChatCompletion {
  return {
    ...headOf(chat),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.content,
          refusal: null,
          ...(answer.toolCall === null ? {} : { tool_calls: [answer.toolCall] }),
        },
        logprobs: null,
        finish_reason: finishReasonOf(answer),
      },
    ],
    usage: usageOf(chat, answer),
    system_fingerprint: FINGERPRINT,
  };
}

/**
 * The events of an answer that is streamed
 * (https://platform.openai.com/docs/api-reference/chat-streaming): the role, the content word by
 * word, the finish reason, the usage if it was asked for, `[DONE]`.
 *
 * @returns the events as they go over the wire, each with its empty line
 */
export function eventsOf(chat: ChatRequest, answer: Answer): string[] {
  const head = {
    ...headOf(chat),
    object: 'chat.completion.chunk',
    system_fingerprint: FINGERPRINT,
  };
  const noUsage = chat.includeUsage ? { usage: null } : {};
  const event = (delta: unknown, finishReason: string | null = null): string => {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
    return eventWith({ ...head, choices: [choice], ...noUsage });
  };
  return [
    event({ role: 'assistant', content: answer.toolCall === null ? '' : null, refusal: null }),
    ...deltasOf(answer).map((delta) => event(delta)),
    event({}, finishReasonOf(answer)),
    ...(chat.includeUsage
      ? [eventWith({ ...head, choices: [], usage: usageOf(chat, answer) })]
      : []),
    'data: [DONE]\n\n',
  ];
}

function deltasOf({ content, toolCall }: Answer): unknown[] {
  if (toolCall !== null) {
    const { name, arguments: text } = toolCall.function;
    return [
      { tool_calls: [{ index: 0, ...toolCall, function: { name, arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: text } }] },
    ];
  }
  return (content ?? '').split(/(?<=\s)(?=\S)/).map((word) => ({ content: word }));
}

function eventWith(chunk: unknown): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function headOf(chat: ChatRequest): Pick<ChatCompletion, 'id' | 'created' | 'model'> {
  return {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: chat.model,
  };
}
