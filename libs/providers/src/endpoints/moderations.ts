import { type EndpointModule, invalid, isObject, topLevelUsage } from './endpoint-module.js';

/**
 * Answers of moderations: an object with a non-empty `results` of objects that each say whether the input is
 * flagged (https://platform.openai.com/docs/api-reference/moderations/object).
 */
export const moderations: EndpointModule = {
  isAnswer: ({ results }) => Array.isArray(results),
  problemOf({ results }) {
    const isWhole =
      Array.isArray(results) &&
      results.length > 0 &&
      (results as unknown[]).every(
        (result) => isObject(result) && typeof result['flagged'] === 'boolean',
      );
    return isWhole ? null : invalid('wrong_shape');
  },
  usageOf: topLevelUsage,
  isCacheable: () => true,
};
