import type { InvalidReason, ProviderErrorBody } from '../outcome.js';

/** A JSON object, not looked into yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reason for which a 2xx body is no result: what is wrong with it, or an error that states its status. */
export type BodyProblem =
  | { readonly ok: false; readonly reason: InvalidReason }
  | { readonly ok: false; readonly status: number; readonly error: ProviderErrorBody };

/** Judgement of a body: a result with its usage, or a problem. */
export type JudgedBody =
  | {
      readonly ok: true;
      readonly usage: JsonObject | null;
      readonly id?: string | null;
      /** Whether identical requests may get the answer as well. Absent means no. */
      readonly isCacheable?: boolean;
    }
  | BodyProblem;

/** Meaning of the answers of one endpoint. */
export interface EndpointModule {
  /**
   * Whether `problemOf` reads the `error` of an answer itself, since one stands beside a whole answer. Default:
   * false, and an error beside an answer makes it a failure.
   */
  readonly readsOwnErrors?: boolean;
  /**
   * Judges an answer that is not JSON. Absent where answers are JSON.
   *
   * @param body bytes of the answer, decoded
   * @returns null where the body is JSON after all, which is judged like any other
   */
  judgeBytes?(body: Buffer): JudgedBody | null;
  /**
   * Narrows the module to one request, where its answer is judged by what was asked for.
   *
   * @param body bytes of the request body
   * @param contentType content type of a body that is not JSON; absent for JSON
   */
  forRequest?(body: Buffer, contentType?: string): Promise<EndpointModule>;
  /**
   * Judges an answer of more than 1 MiB piece by piece, without parsing it as a whole.
   *
   * @param body bytes of the answer, decoded
   * @returns null where it is no answer of this endpoint: then it is judged like any other body
   */
  judgeLarge?(body: Buffer): Promise<JudgedBody | null>;
  /**
   * Tells whether an object has the member that makes it an answer. Then an `error` beside it counts,
   * and nothing else is taken for one.
   *
   * @param body the parsed body
   */
  isAnswer(body: JsonObject): boolean;
  /**
   * Finds out why an answer is not complete.
   *
   * @param body the parsed body
   * @returns null when it is a result
   */
  problemOf(body: JsonObject): BodyProblem | null;
  /**
   * Finds the usage that an answer states.
   *
   * @param body a result
   * @returns null where it states none
   */
  usageOf(body: JsonObject): JsonObject | null;
  /**
   * Tells whether identical requests may get a result as well: it is whole as its provider says, neither cut
   * short nor filtered, and does not lose its worth within hours. Absent where that is never so.
   *
   * @param body a result
   */
  isCacheable?(body: JsonObject): boolean;
  /**
   * Finds the id under which the provider keeps an answer, where callers may ask for it later.
   *
   * @param body a result
   * @returns null where it states none that can be stored
   */
  idOf?(body: JsonObject): string | null;
}

/**
 * Names what is wrong with a body.
 *
 * @param reason safe to store and show
 */
export const invalid = (reason: InvalidReason): BodyProblem => ({ ok: false, reason });

/**
 * Passes on an error that stands in the body of a success.
 *
 * @param error what the provider says; without a status of its own the body is merely invalid
 */
export const errorInBody = (error: ProviderErrorBody): BodyProblem =>
  error.status === null ? invalid('error_in_body') : { ok: false, status: error.status, error };

/**
 * Tells a JSON object from everything else.
 *
 * @param value any JSON value
 */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Finds `usage` where OpenAI has it: at the top of the body.
 *
 * @param body the parsed body
 */
export function topLevelUsage(body: JsonObject): JsonObject | null {
  const usage = body['usage'];
  return isObject(usage) ? usage : null;
}
