import { areWhole } from './choices.js';
import { type EndpointModule, invalid, isObject, topLevelUsage } from './endpoint-module.js';

/** Values of `finish_reason` with which a choice is no result; see chat completions. */
const FAILED_FINISH: ReadonlySet<unknown> = new Set(['error', 'abort', 'network_error']);

/** Values of `finish_reason` with which a choice is whole. */
const WHOLE_FINISH: ReadonlySet<unknown> = new Set(['stop']);

/**
 * Answers of completions: an object with a non-empty `choices` of objects that each have a `text`
 * (https://platform.openai.com/docs/api-reference/completions/object).
 */
export const completions: EndpointModule = {
  isAnswer: (body) => 'choices' in body,
  problemOf({ choices }) {
    if (!Array.isArray(choices) || choices.length === 0) {
      return invalid('no_choices');
    }
    for (const choice of choices as unknown[]) {
      if (!isObject(choice) || typeof choice['text'] !== 'string') {
        return invalid('wrong_shape');
      }
      if (FAILED_FINISH.has(choice['finish_reason'])) {
        return invalid('error_in_body');
      }
    }
    return null;
  },
  usageOf: topLevelUsage,
  isCacheable: ({ choices }) => areWhole(choices, WHOLE_FINISH),
};
