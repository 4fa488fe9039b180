import { randomUUID } from 'node:crypto';

import type { ChatRequest, MissingParameter } from '../answers/chat-request.js';
import { isRecord } from '../answers/json.js';

/** Fields of a JSON body. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a body; none where it is no object.
 *
 * @param body the parsed JSON
 */
export const fieldsOf = (body: unknown): Fields => (isRecord(body) ? body : {});

/**
 * A request of an endpoint without messages, as the steps play it.
 *
 * @param model its name, which has the script
 * @param texts the input
 * @param render puts an answer into the endpoint's shape
 */
export function plainRequest(
  model: string,
  texts: readonly string[],
  render: NonNullable<ChatRequest['render']>,
): ChatRequest {
  return {
    model,
    messages: texts.map((content) => ({ role: 'user', content })),
    stream: false,
    includeUsage: false,
    functions: [],
    mustCall: false,
    format: { kind: 'text' },
    render,
  };
}

/**
 * The model of a request.
 *
 * @param fields of its body
 * @param fallback model of a body that names none; absent where it must name one
 */
export function modelOf(fields: Fields, fallback?: string): string | MissingParameter {
  const model = fields['model'] ?? fallback;
  return typeof model === 'string' && model !== '' ? model : { missing: 'model' };
}

/**
 * The texts of an input: one, or as many as an array has. Tokens have no text.
 *
 * @param input a value of `input` or `prompt`
 * @returns null where it is neither a text nor a non-empty array
 */
export function inputsOf(input: unknown): string[] | null {
  if (typeof input === 'string') {
    return input === '' ? null : [input];
  }
  if (!Array.isArray(input) || input.length === 0) {
    return null;
  }
  return typeof input[0] === 'number'
    ? ['tokens']
    : input.map((one: unknown) => (typeof one === 'string' ? one : 'tokens'));
}

/**
 * A new id in OpenAI's style.
 *
 * @param prefix e.g. `resp`
 */
export const newId = (prefix: string): string => `${prefix}_${randomUUID().replaceAll('-', '')}`;

/** The time in Unix seconds. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);
