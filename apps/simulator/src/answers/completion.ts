import { randomUUID } from 'node:crypto';

import { NO_TRAITS, type StreamEvent } from '../streams/stream-event.js';
import type { StreamPlan } from '../streams/stream-plan.js';
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
 * word, the finish reason, the usage if it was asked for.
 *
 * @param chat the request
 * @param answer content of the answer
 * @param traits ways in which the events are odd
 */
export function eventsOf(
  chat: ChatRequest,
  answer: Answer,
  traits: StreamPlan['traits'] = NO_TRAITS,
): StreamEvent[] {
  const head = {
    ...headOf(chat),
    object: 'chat.completion.chunk',
    system_fingerprint: FINGERPRINT,
  };
  const noUsage = chat.includeUsage ? { usage: null } : {};
  const event = (
    part: StreamEvent['part'],
    delta: unknown,
    finishReason: string | null = null,
  ): StreamEvent => {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
    return { type: null, data: { ...head, choices: [choice], ...noUsage }, part };
  };
  const isTool = answer.toolCall !== null;
  const deltas = deltasOf(answer, traits);
  const isMerged = traits.has('merged');
  const end = finishReasonOf(answer);
  return [
    ...(traits.has('azure') ? [AZURE_FIRST] : []),
    event('around', { role: 'assistant', content: isTool ? null : '', refusal: null }),
    ...deltas.map((delta, at) =>
      isMerged && at === deltas.length - 1 ? event('finish', delta, end) : event('token', delta),
    ),
    ...(isMerged ? [] : [event('finish', {}, end)]),
    ...(chat.includeUsage
      ? [
          {
            type: null,
            data: { ...head, choices: [], usage: usageOf(chat, answer) },
            part: 'around' as const,
          },
        ]
      : []),
  ];
}

/** The first chunk of Azure: the verdict on the prompt, before there is an answer. */
const AZURE_FIRST: StreamEvent = {
  type: null,
  data: {
    id: '',
    object: '',
    created: 0,
    model: '',
    choices: [],
    prompt_filter_results: [
      { prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } },
    ],
  },
  part: 'around',
};

function deltasOf({ content, toolCall }: Answer, traits: StreamPlan['traits']): unknown[] {
  if (toolCall === null) {
    return wordsOf(content ?? '').map((word) => ({ content: word }));
  }
  const { name, arguments: text } = toolCall.function;
  const half = Math.ceil(name.length / 2);
  const names = traits.has('name-parts') ? [name.slice(0, half), name.slice(half)] : [name];
  const middle = Math.ceil(text.length / 2);
  const piece = (part: object): object => ({ index: 0, function: part });
  return [
    { tool_calls: [{ index: 0, ...toolCall, function: { name: names[0], arguments: '' } }] },
    ...names.slice(1).map((more) => ({ tool_calls: [piece({ name: more })] })),
    traits.has('double-index')
      ? {
          tool_calls: [text.slice(0, middle), text.slice(middle)].map((part) =>
            piece({ arguments: part }),
          ),
        }
      : { tool_calls: [piece({ arguments: text })] },
  ];
}

/**
 * Splits a text into the words that are streamed, each with the white space behind it.
 *
 * @param text the text
 */
export const wordsOf = (text: string): string[] => text.split(/(?<=\s)(?=\S)/);

function headOf(chat: ChatRequest): Pick<ChatCompletion, 'id' | 'created' | 'model'> {
  return {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: chat.model,
  };
}
