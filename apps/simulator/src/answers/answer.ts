import { randomUUID } from 'node:crypto';

import type { Answer, ToolCall } from './answer-content.js';
import { promptText, type ChatRequest, type OfferedFunction } from './chat-request.js';
import { sampleOf } from './schema-sample.js';

/** Usage in OpenAI's shape; a token is taken to be four characters, rounded up. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

const SENTENCE = 'This answer was made up by the simulator.';
const NO_FUNCTION: OfferedFunction = { name: 'simulated_tool', parameters: { type: 'object' } };

/**
 * The answer of a working model: the same sentence every time, JSON where the request asks for it,
 * a tool call where it demands one. It holds nothing of the prompt, unless `kind` is `echo`.
 *
 * @param kind `echo` repeats the prompt as plain text; `tools` calls a tool, offered or not
 * @throws SchemaTooLarge when no answer can be made up for the request's JSON Schema
 */
export function answerFor(chat: ChatRequest, kind: 'plain' | 'echo' | 'tools'): Answer {
  if (kind === 'echo') {
    return { content: promptText(chat), toolCall: null };
  }
  if (kind === 'tools' || chat.mustCall !== false) {
    return { content: null, toolCall: callOf(chosenFunction(chat)) };
  }
  switch (chat.format.kind) {
    case 'schema':
      return { content: JSON.stringify(sampleOf(chat.format.schema)), toolCall: null };
    case 'json':
      return { content: '{"simulated":true}', toolCall: null };
    case 'text':
      return { content: SENTENCE, toolCall: null };
  }
}

/** The usage of a request and its answer. */
export function usageOf(chat: ChatRequest, answer: Answer): Usage {
  const said = answer.content ?? answer.toolCall?.function.arguments ?? '';
  const prompt = Math.max(1, Math.ceil(promptText(chat).length / 4));
  const completion = Math.ceil(said.length / 4);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

/** Why the model stopped, in OpenAI's words. */
export function finishReasonOf(answer: Answer): 'stop' | 'tool_calls' {
  return answer.toolCall === null ? 'stop' : 'tool_calls';
}

function chosenFunction(chat: ChatRequest): OfferedFunction {
  const named = chat.functions.find((offered) => offered.name === chat.mustCall);
  return named ?? chat.functions[0] ?? NO_FUNCTION;
}

function callOf(chosen: OfferedFunction): ToolCall {
  const parameters = sampleOf(chosen.parameters ?? NO_FUNCTION.parameters);
  return {
    id: `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    type: 'function',
    function: { name: chosen.name, arguments: JSON.stringify(parameters) },
  };
}
