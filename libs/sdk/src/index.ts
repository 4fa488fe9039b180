export { ReqRun } from './reqrun.js';
export type { ClientOptions } from './settings.js';
export type { CreateOptions, RequestOptions, WaitOptions } from './options.js';
export { APIPromise, type APIResult } from './api-promise.js';
export { RequestListPromise } from './request-list.js';
export type { ChatCompletions } from './chat-completions.js';
export type { Embeddings } from './embeddings.js';
export type { Responses } from './responses.js';
export type { Requests } from './requests.js';
export {
  APIAbortError,
  APIConnectionError,
  APIError,
  APITimeoutError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type ErrorAnswer,
  GatewayTimeoutError,
  GoneError,
  InternalServerError,
  NotFoundError,
  PayloadTooLargeError,
  PermissionDeniedError,
  ProviderError,
  RateLimitError,
  ReqRunError,
  ServiceUnavailableError,
  type UnansweredCall,
  UnprocessableEntityError,
} from './errors.js';
export type { AbortSignalLike } from './runtime.js';
export type { Fetch, FetchInit, FetchResponse, HeadersLike, RawResponse } from './types/fetch.js';
export type * from './types/chat-completion.js';
export type * from './types/chat-params.js';
export type * from './types/embeddings.js';
export type * from './types/endpoint.js';
export type * from './types/requests.js';
export type * from './types/responses.js';
export { VERSION } from './version.js';
