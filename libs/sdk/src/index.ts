export { ReqRun, type StockOptions } from './reqrun.js';
export type { ClientOptions } from './settings.js';
export type {
  CreateManyOptions,
  CreateOptions,
  ManyOptions,
  RequestOptions,
  StoredStreamOptions,
  StreamOptions,
  WaitOptions,
} from './options.js';
export { APIPromise, type APIResult } from './api-promise.js';
export type { Logger, LogLevel } from './logger.js';
export { Many } from './many.js';
export { RequestListPromise } from './request-list.js';
export type { Speech, Transcriptions, Translations } from './audio.js';
export type { ChatCompletions } from './chat-completions.js';
export type { Completions } from './completions.js';
export type { Embeddings } from './embeddings.js';
export type { Responses } from './responses.js';
export type { Images } from './images.js';
export type { Moderations } from './moderations.js';
export type { Policies } from './policies.js';
export type { Requests } from './requests.js';
export { RequestStream, type StreamFrame } from './stream/request-stream.js';
export {
  APIAbortError,
  APIConnectionError,
  APIError,
  APITimeoutError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type EndedStream,
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
  StreamError,
  type UnansweredCall,
  UnprocessableEntityError,
} from './errors.js';
export type { AbortSignalLike, FormDataLike } from './runtime.js';
export type {
  BinaryResponse,
  Fetch,
  FetchInit,
  FetchResponse,
  HeadersLike,
  RawResponse,
} from './types/fetch.js';
export type * from './types/audio.js';
export type * from './types/chat-completion.js';
export type * from './types/chat-completion-chunk.js';
export type * from './types/chat-params.js';
export type * from './types/completions.js';
export type * from './types/embeddings.js';
export type * from './types/endpoint.js';
export type * from './types/images.js';
export type * from './types/many.js';
export type * from './types/moderations.js';
export type * from './types/policies.js';
export type * from './types/requests.js';
export type * from './types/responses.js';
export type * from './types/streams.js';
export type * from './types/uploads.js';
export { WaitPromise } from './wait-promise.js';
export { VERSION } from './version.js';
