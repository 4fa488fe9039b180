import {
  type EndpointModule,
  errorInBody,
  invalid,
  isObject,
  type JudgedBody,
} from './endpoints/endpoint-module.js';
import { readError, readErrorBody } from './error-body.js';
import type { ProviderErrorBody } from './outcome.js';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Judges a 2xx body by its content, not by its content type (a proxy's HTML page comes with 200,
 * and providers mislabel JSON). An error in the body is a failure, whatever else came with it. Only 200
 * and 201 carry a whole answer: a 206 is a part, a 202 a promise.
 *
 * @param httpStatus the status of the answer, 200 to 299
 * @param body the bytes, decoded
 * @param expect how answers of the endpoint that was called are judged
 */
export function validateBody(httpStatus: number, body: Buffer, expect: EndpointModule): JudgedBody {
  if (body.length === 0) {
    return invalid('empty');
  }
  const judged = expect.judgeBytes?.(body) ?? null;
  if (judged !== null) {
    return judged.ok && !isWholeStatus(httpStatus) ? invalid('wrong_status') : judged;
  }
  const value = parseJson(body);
  if (value === undefined) {
    return invalid('not_json');
  }
  const object: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (!isObject(object)) {
    return invalid('wrong_shape');
  }
  const isWhole = expect.isAnswer(object);
  const error = isWhole
    ? expect.readsOwnErrors === true
      ? null
      : readError(object['error'])
    : readErrorBody(object);
  if (error !== null && (isWhole || error.status !== null || object['error'] !== undefined)) {
    return errorInBody(error);
  }
  if (object !== value) {
    return invalid('wrong_shape');
  }
  if (!isWholeStatus(httpStatus)) {
    return invalid('wrong_status');
  }
  const problem = expect.problemOf(object);
  if (problem !== null) {
    return problem;
  }
  const usage = expect.usageOf(object);
  const isCacheable = expect.isCacheable?.(object) ?? false;
  return expect.idOf === undefined
    ? { ok: true, usage, isCacheable }
    : { ok: true, usage, id: expect.idOf(object), isCacheable };
}

/**
 * Judges a large 2xx body, piece by piece where its endpoint can.
 *
 * @param httpStatus the status of the answer, 200 to 299
 * @param body the bytes, decoded
 * @param expect how answers of the endpoint that was called are judged
 */
export async function validateLargeBody(
  httpStatus: number,
  body: Buffer,
  expect: EndpointModule,
): Promise<JudgedBody> {
  const judged = (await expect.judgeLarge?.(body)) ?? null;
  if (judged === null) {
    return validateBody(httpStatus, body, expect);
  }
  return judged.ok && !isWholeStatus(httpStatus) ? invalid('wrong_status') : judged;
}

const isWholeStatus = (httpStatus: number): boolean => httpStatus === 200 || httpStatus === 201;

/**
 * Reads the body of an answer with an error status.
 *
 * @param body the bytes, decoded
 * @returns null when the body holds no error
 */
export function parseErrorBody(body: Buffer): ProviderErrorBody | null {
  return readErrorBody(parseJson(body));
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
