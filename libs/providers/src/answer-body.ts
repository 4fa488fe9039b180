import { readError, readErrorBody } from './error-body.js';
import type { InvalidReason, ProviderErrorBody } from './outcome.js';

/** What a 2xx body must be: a chat completion, or a list such as `GET /models` gives. */
export type ExpectedShape = 'chat.completion' | 'list';

/**
 * A 2xx body that was judged: good, with its usage; bad, with the reason; or an error that came under
 * a status of success and states its own.
 */
export type JudgedBody =
  | { readonly ok: true; readonly usage: Record<string, unknown> | null }
  | { readonly ok: false; readonly reason: InvalidReason }
  | { readonly ok: false; readonly status: number; readonly error: ProviderErrorBody };

type JsonObject = Record<string, unknown>;

/**
 * Values of `finish_reason` with which a choice is no result, and the status that each stands for;
 * null where it says no more than that it failed. Sources: OpenRouter and Mistral `error`, vLLM
 * `abort`, DeepSeek `insufficient_system_resource`, Z.ai `network_error`.
 */
const FAILED_FINISH: ReadonlyMap<unknown, number | null> = new Map<unknown, number | null>([
  ['error', null],
  ['abort', null],
  ['network_error', null],
  ['insufficient_system_resource', 503],
]);

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Judges a 2xx body by its content, not by its content type (a proxy's HTML page comes with 200,
 * and providers mislabel JSON). A chat completion is an object with a non-empty `choices` of objects
 * that each have a `message` (OpenAI, "The chat completion object"); `object` and the rest may be
 * missing, for not every provider sends them. An error in the body or in a choice is a failure,
 * whatever else came with it. Only 200 and 201 carry a whole answer: a 206 is a part, a 202 a promise.
 *
 * @param httpStatus the status of the answer, 200 to 299
 * @param body the bytes, decoded
 * @param expect the shape that was asked for
 */
export function judgeBody(httpStatus: number, body: Buffer, expect: ExpectedShape): JudgedBody {
  if (body.length === 0) {
    return invalid('empty');
  }
  const value = parseJson(body);
  if (value === undefined) {
    return invalid('not_json');
  }
  const object: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isObject(object)) {
    return invalid('wrong_shape');
  }
  const isWhole = expect === 'list' ? Array.isArray(object['data']) : 'choices' in object;
  const error = isWhole ? readError(object['error']) : readErrorBody(object);
  if (error !== null && (isWhole || error.status !== null || object['error'] !== undefined)) {
    return errorInBody(error);
  }
  if (object !== value) {
    return invalid('wrong_shape');
  }
  if (httpStatus !== 200 && httpStatus !== 201) {
    return invalid('wrong_status');
  }
  const problem = expect === 'list' ? listProblem(object) : judgeChoices(object['choices']);
  if (problem !== null) {
    return problem;
  }
  const usage = object['usage'];
  return { ok: true, usage: isObject(usage) ? usage : null };
}

/**
 * Reads the body of an answer with an error status.
 *
 * @param body the bytes, decoded
 * @returns null when the body holds no error
 */
export function parseErrorBody(body: Buffer): ProviderErrorBody | null {
  return readErrorBody(parseJson(body));
}

function listProblem(value: JsonObject): JudgedBody | null {
  return Array.isArray(value['data']) ? null : invalid('wrong_shape');
}

function judgeChoices(choices: unknown): JudgedBody | null {
  if (!Array.isArray(choices) || choices.length === 0) {
    return invalid('no_choices');
  }
  for (const choice of choices as unknown[]) {
    const problem = isObject(choice) ? judgeChoice(choice) : invalid('choice_without_message');
    if (problem !== null) {
      return problem;
    }
  }
  return null;
}

function judgeChoice(choice: JsonObject): JudgedBody | null {
  const error = readError(choice['error']);
  if (error !== null) {
    return errorInBody(error);
  }
  const finish = choice['finish_reason'];
  const status = FAILED_FINISH.get(finish);
  if (status !== undefined) {
    return status === null
      ? invalid('error_in_body')
      : errorInBody({ words: [], status, retryDelay: null, message: null });
  }
  const message = choice['message'];
  if (!isObject(message)) {
    return invalid('choice_without_message');
  }
  // A choice that says itself that it has not ended, and brings nothing.
  return finish === null && isBlank(message) ? invalid('choice_unfinished') : null;
}

/** Tells whether a message brings nothing: no member but its role has a value. */
function isBlank(message: JsonObject): boolean {
  return Object.entries(message).every(
    ([name, value]) =>
      name === 'role' ||
      value === null ||
      value === '' ||
      (Array.isArray(value) && value.length === 0),
  );
}

function errorInBody(error: ProviderErrorBody): JudgedBody {
  return error.status === null
    ? invalid('error_in_body')
    : { ok: false, status: error.status, error };
}

function invalid(reason: InvalidReason): JudgedBody {
  return { ok: false, reason };
}

/** Parses a body; undefined stands for "not JSON", which no JSON text can mean. */
function parseJson(body: Buffer): unknown {
  try {
    const text = body.toString('utf8');
    // RFC 8259, 8.1: a parser may ignore a byte order mark.
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) as unknown;
  } catch {
    // The parser's message quotes the text, so it goes no further.
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
