import { readError } from '../error-body.js';
import { areWhole } from './choices.js';
import {
  type BodyProblem,
  type EndpointModule,
  errorInBody,
  invalid,
  isObject,
  type JsonObject,
  topLevelUsage,
} from './endpoint-module.js';

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

/** Values of `finish_reason` with which a choice is whole; `length` and `content_filter` cut it short. */
const WHOLE_FINISH: ReadonlySet<unknown> = new Set(['stop', 'tool_calls', 'function_call']);

/**
 * Answers of chat completions. One is an object with a non-empty `choices` of objects that each have a
 * `message` (OpenAI, "The chat completion object"); `object` and the rest may be missing, for not every
 * provider sends them. An error in a choice is a failure, whatever else came with it.
 */
export const chatCompletions: EndpointModule = {
  isAnswer: (body) => 'choices' in body,
  problemOf({ choices }) {
    if (!Array.isArray(choices) || choices.length === 0) {
      return invalid('no_choices');
    }
    for (const choice of choices as unknown[]) {
      const problem = isObject(choice)
        ? problemOfChoice(choice)
        : invalid('choice_without_message');
      if (problem !== null) {
        return problem;
      }
    }
    return null;
  },
  usageOf: topLevelUsage,
  isCacheable: ({ choices }) => areWhole(choices, WHOLE_FINISH),
};

/**
 * Finds the failure that a choice states, in a whole answer or in a piece of one.
 *
 * @param choice the choice
 * @returns null where it states none
 */
export function failureOfChoice(choice: JsonObject): BodyProblem | null {
  const error = readError(choice['error']);
  if (error !== null) {
    return errorInBody(error);
  }
  const status = FAILED_FINISH.get(choice['finish_reason']);
  if (status === undefined) {
    return null;
  }
  return status === null
    ? invalid('error_in_body')
    : errorInBody({ words: [], status, retryDelay: null, message: null });
}

function problemOfChoice(choice: JsonObject): BodyProblem | null {
  const failure = failureOfChoice(choice);
  if (failure !== null) {
    return failure;
  }
  const finish = choice['finish_reason'];
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
