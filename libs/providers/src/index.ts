export { addEndpointModule, endpointModuleAt } from './endpoints/index.js';
export { type EndpointModule, invalid, topLevelUsage } from './endpoints/endpoint-module.js';
export { OneTimeBody } from './one-time-body.js';
export {
  assertAllowedBaseUrl,
  BaseUrlError,
  joinUrl,
  type BaseUrlProblem,
  type BaseUrlRules,
} from './base-url.js';
export type {
  CallPhase,
  InvalidReason,
  KeptHeaders,
  ProviderAborted,
  ProviderErrorBody,
  ProviderHttpError,
  ProviderInvalidResponse,
  ProviderNetworkError,
  ProviderOutcome,
  ProviderSuccess,
  ProviderTimeout,
} from './outcome.js';
export {
  ProviderClient,
  type ProviderCall,
  type ProviderClientOptions,
  type ProviderGet,
} from './provider-client.js';
export { ADDRESS_REFUSED } from './refused-addresses.js';
export {
  ApiKeyError,
  assertUsableApiKey,
  forwardedHeaders,
  type ForwardedHeaders,
  HOP_HEADER,
} from './request-headers.js';
export { passThroughHeaders } from './response-headers.js';
