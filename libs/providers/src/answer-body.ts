import type { InvalidReason, ProviderErrorBody } from './outcome.js';

/** What a 2xx body must be: a chat completion, or a list such as `GET /models` gives. */
export type ExpectedShape = 'chat.completion' | 'list';

/** A 2xx body that was judged: good, with its usage, or bad, with the reason. */
export type JudgedBody =
  | { readonly ok: true; readonly usage: Record<string, unknown> | null }
  | { readonly ok: false; readonly reason: InvalidReason };

type JsonObject = Record<string, unknown>;

const SHAPES: Readonly<Record<ExpectedShape, (value: JsonObject) => boolean>> = {
  'chat.completion': (value) => isNonEmptyArrayOfObjects(value['choices']),
  list: (value) => Array.isArray(value['data']),
};

const MAX_WORD_LENGTH = 128;

/**
 * Judges a 2xx body by its content, not by its content type (a proxy's HTML page comes with 200,
 * and providers mislabel JSON). A chat completion is an object with a non-empty `choices` of
 * objects (OpenAI, "The chat completion object"); `object` and the rest may be missing, for not
 * every provider sends them. Only 200 and 201 carry a whole answer: a 206 is a part, a 202 a promise.
 */
export function judgeBody(httpStatus: number, body: Buffer, expect: ExpectedShape): JudgedBody {
  if (body.length === 0) {
    return { ok: false, reason: 'empty' };
  }
  if (httpStatus !== 200 && httpStatus !== 201) {
    return { ok: false, reason: 'wrong_shape' };
  }
  const value = parseJson(body);
  if (value === undefined) {
    return { ok: false, reason: 'not_json' };
  }
  if (!isObject(value) || !SHAPES[expect](value)) {
    return { ok: false, reason: 'wrong_shape' };
  }
  const usage = value['usage'];
  return { ok: true, usage: isObject(usage) ? usage : null };
}

/**
 * Reads a provider's error body: OpenAI's `{"error":{message,type,param,code}}`, and what compatible
 * providers make of it: `{"error":"text"}`, the object in an array, and vLLM's fields at the top
 * under `"object":"error"`. A numeric code becomes text.
 *
 * @returns null when the body holds no such error
 */
export function parseErrorBody(body: Buffer): ProviderErrorBody | null {
  const parsed = parseJson(body);
  const value: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isObject(value)) {
    return null;
  }
  const error = value['object'] === 'error' ? value : value['error'];
  if (typeof error === 'string') {
    return { code: null, type: null, message: error };
  }
  if (!isObject(error)) {
    return null;
  }
  const message = error['message'];
  return {
    code: word(error['code']),
    type: word(error['type']),
    message: typeof message === 'string' ? message : null,
  };
}

/** undefined stands for "not JSON", which no JSON text can mean. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    // The parser's message quotes the text, so it goes no further.
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNonEmptyArrayOfObjects(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function word(value: unknown): string | null {
  if (typeof value === 'number') {
    return String(value);
  }
  return typeof value === 'string' && value !== '' && value.length <= MAX_WORD_LENGTH
    ? value
    : null;
}
