export { backgroundResponse, finalOutcome } from './endpoints/background-response.js';
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
export { kindRules, providerAt } from './kinds/index.js';
export type { CallPlace, KindRules } from './kinds/kind-rules.js';
export {
  ProviderClient,
  type ProviderCall,
  type ProviderClientOptions,
  type ProviderGet,
  type ProviderResumedStream,
  type ProviderStreamCall,
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
export type { Frame } from './streams/frame.js';
export { streamModuleAt } from './streams/index.js';
export { madeUpStream } from './streams/made-up-stream.js';
export type { StreamModule, StreamProgress } from './streams/stream-module.js';
export type { StreamOutcome, StreamSuccess, StreamTruncated } from './streams/stream-outcome.js';
export type { StreamControl, StreamHead, StreamSink } from './streams/stream-sink.js';
export {
  mailOptions,
  outboundOptions,
  webhookOptions,
  webhookUrlRules,
} from './outbound-options.js';
export { MailClient, type Mail, type MailClientOptions } from './notifications/mail-client.js';
export {
  failed,
  NOTIFICATION_FAILURES,
  type NotificationFailure,
  type NotificationOutcome,
} from './notifications/outcome.js';
export {
  WebhookClient,
  type WebhookClientOptions,
  type WebhookMessage,
} from './notifications/webhook-client.js';
export {
  assertAllowedWebhookUrl,
  WebhookUrlError,
  type WebhookUrlRules,
} from './notifications/webhook-url.js';
