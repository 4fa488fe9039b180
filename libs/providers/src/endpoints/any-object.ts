import type { EndpointModule } from './endpoint-module.js';

/** Any JSON object that states no error. */
export const anyObject: EndpointModule = {
  isAnswer: (body) => 'id' in body || 'object' in body || 'data' in body,
  problemOf: () => null,
  usageOf: () => null,
  // A stored response that failed states its error, and is what was asked for.
  readsOwnErrors: true,
};
