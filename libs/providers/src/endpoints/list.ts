import { type EndpointModule, invalid } from './endpoint-module.js';

/** Lists, such as `GET /models` answers with: an object with an array `data`. */
export const list: EndpointModule = {
  isAnswer: ({ data }) => Array.isArray(data),
  problemOf: ({ data }) => (Array.isArray(data) ? null : invalid('wrong_shape')),
  usageOf: () => null,
};
