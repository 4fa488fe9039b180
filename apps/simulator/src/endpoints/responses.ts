import type { Answer } from '../answers/answer-content.js';
import {
  type ChatRequest,
  type MissingParameter,
  type Oddity,
  promptText,
  textsOf,
} from '../answers/chat-request.js';
import { isRecord } from '../answers/json.js';
import { responseEvents } from '../streams/response-events.js';
import { type Fields, fieldsOf, modelOf, newId, nowSeconds } from './fields.js';
import { Generation, type StoredResponses } from './stored-responses.js';

/**
 * Reads a request for a response (https://platform.openai.com/docs/api-reference/responses/create). Its answer is
 * kept unless `store` is false. Odd answers: `failed:<code>`, `incomplete`, and `forget`, which is not kept. With
 * `background: true` it is answered at once, and generated meanwhile; with `stream: true` as well, its stream can be had
 * as often as one likes, from any event on.
 *
 * @param body the parsed JSON
 * @param stored responses that are kept
 */
export function readResponseRequest(
  body: unknown,
  stored: StoredResponses,
): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  if (typeof model !== 'string') {
    return model;
  }
  const items = itemsOf(fields['input']);
  const text = isRecord(fields['text']) ? fields['text'] : {};
  const chat: ChatRequest = {
    model,
    messages: items.map((item) =>
      isRecord(item) ? { content: textsOf(item['content']).join('\n') } : {},
    ),
    stream: fields['stream'] === true,
    includeUsage: false,
    endsItself: true,
    functions: functionsOf(fields['tools']),
    mustCall: hasOutput(items) ? false : fields['tool_choice'] === 'required',
    format: formatOf(text['format']),
    isInBackground: fields['background'] === true && fields['stream'] !== true,
    render: (answer, oddity, lastsMs = 0) => {
      const response = responseOf(fields, model, chat, answer, oddity);
      const generation = add(new Generation(response, items, lastsMs), oddity);
      return chat.isInBackground === true ? generation.begun : response;
    },
    events: (answer, _traits, oddity) => responseEvents(fieldsOf(chat.render?.(answer, oddity))),
    ...(fields['background'] === true &&
      fields['stream'] === true && {
        generate: (answer, oddity, scriptOf) => {
          const whole = responseOf(fields, model, chat, answer, oddity);
          const script = scriptOf(responseEvents(whole));
          const response = script.failure === null ? whole : failedOf(whole, script.failure);
          return add(new Generation(response, items, script.lastsMs, script), oddity);
        },
      }),
  };
  const add = (generation: Generation, oddity: Oddity | null): Generation => {
    stored.count(generation);
    if (fields['store'] !== false && oddity?.kind !== 'forget') {
      stored.keep(generation);
    }
    return generation;
  };
  return chat;
}

/** A response that has failed in the middle. */
const failedOf = (whole: Fields, code: string): Fields => ({
  ...whole,
  status: 'failed',
  output: [],
  error: { code, message: `Simulated error: ${code}.` },
});

function responseOf(
  fields: Fields,
  model: string,
  chat: ChatRequest,
  answer: Answer,
  oddity: Oddity | null,
): Fields {
  const failed = oddity?.kind === 'failed';
  const said = answer.content ?? answer.toolCall?.function.arguments ?? '';
  const input = Math.max(1, Math.ceil(promptText(chat).length / 4));
  const output = Math.ceil(said.length / 4);
  return {
    id: newId('resp'),
    object: 'response',
    created_at: nowSeconds(),
    status: failed ? 'failed' : oddity?.kind === 'incomplete' ? 'incomplete' : 'completed',
    background: fields['background'] === true,
    error: failed ? { code: oddity.code, message: `Simulated error: ${oddity.code}.` } : null,
    incomplete_details: oddity?.kind === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: fields['instructions'] ?? null,
    metadata: fields['metadata'] ?? {},
    model,
    output: failed ? [] : [outputItem(answer)],
    parallel_tool_calls: fields['parallel_tool_calls'] ?? true,
    previous_response_id: fields['previous_response_id'] ?? null,
    store: fields['store'] ?? true,
    temperature: fields['temperature'] ?? 1,
    text: fields['text'] ?? { format: { type: 'text' } },
    tool_choice: fields['tool_choice'] ?? 'auto',
    tools: fields['tools'] ?? [],
    top_p: fields['top_p'] ?? 1,
    truncation: 'disabled',
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + output,
    },
  };
}

function outputItem({ content, toolCall }: Answer): Fields {
  if (toolCall !== null) {
    return {
      id: newId('fc'),
      type: 'function_call',
      status: 'completed',
      call_id: toolCall.id,
      ...toolCall.function,
    };
  }
  return {
    id: newId('msg'),
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: content ?? '', annotations: [], logprobs: [] }],
  };
}

function itemsOf(input: unknown): unknown[] {
  if (typeof input === 'string') {
    return [
      {
        id: newId('msg'),
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: input }],
      },
    ];
  }
  return Array.isArray(input) ? (input as unknown[]) : [];
}

const hasOutput = (items: readonly unknown[]): boolean =>
  items.some((item) => isRecord(item) && item['type'] === 'function_call_output');

function functionsOf(tools: unknown): ChatRequest['functions'] {
  return Array.isArray(tools)
    ? tools.flatMap((tool: unknown) =>
        isRecord(tool) && tool['type'] === 'function' && typeof tool['name'] === 'string'
          ? [{ name: tool['name'], parameters: tool['parameters'] }]
          : [],
      )
    : [];
}

function formatOf(format: unknown): ChatRequest['format'] {
  const type = isRecord(format) ? format['type'] : undefined;
  if (type === 'json_schema' && isRecord(format)) {
    return { kind: 'schema', schema: format['schema'] };
  }
  return { kind: type === 'json_object' ? 'json' : 'text' };
}
