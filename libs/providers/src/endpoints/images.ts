import { type EndpointModule, invalid, isObject, topLevelUsage } from './endpoint-module.js';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/**
 * Answers with images: an object with a non-empty `data` of objects that each have an image or its address
 * (https://platform.openai.com/docs/api-reference/images/object).
 */
export const images: EndpointModule = {
  isAnswer: ({ data }) => Array.isArray(data),
  problemOf({ data }) {
    const isWhole =
      Array.isArray(data) &&
      data.length > 0 &&
      (data as unknown[]).every(
        (image) => isObject(image) && (isText(image['b64_json']) || isText(image['url'])),
      );
    return isWhole ? null : invalid('wrong_shape');
  },
  usageOf: topLevelUsage,
  // An address of an image ends within the hour.
  isCacheable: ({ data }) =>
    Array.isArray(data) &&
    (data as unknown[]).every((image) => isObject(image) && isText(image['b64_json'])),
};
