import type {
  AsyncHandle,
  AttemptRecord,
  CHAT_COMPLETIONS,
  ErrorBody,
  ListPage,
  RequestRecord as WireRecord,
} from '@reqrun/contracts';
import type {
  Attempt,
  ChatCompletion,
  ChatCompletionAsync,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  Completion,
  CompletionCreateParams,
  EmbeddingCreateParams,
  EmbeddingResponse,
  ImageEditParams,
  ImageGenerateParams,
  ImagesResponse,
  ModerationCreateParams,
  ModerationCreateResponse,
  RequestError,
  RequestPage,
  RequestRecord,
  Response,
  ResponseCreateParams,
  ResponseStreamEvent,
  SpeechCreateParams,
  TranscriptionCreateParams,
  TranscriptionOf,
  TranslationCreateParams,
  Uploadable,
} from '@reqrun/sdk';
import type OpenAI from 'openai';
import type { Uploadable as OpenAIUploadable } from 'openai';

// The SDK is published separately, so it has its own types. They are compared here with those of the API and
// of OpenAI's package. Where they differ, the build fails.

/** Fails to compile for anything but `true`. */
type Holds<T extends true> = T;

/** Whether a value of one type can be assigned to the other. */
type Fits<A, B> = [A] extends [B] ? true : false;

/** Whether two types are the same. */
type Same<A, B> = Fits<A, B> extends true ? Fits<B, A> : false;

/** Flattens a union of records into one record, whose fields have all possible types. */
type Flat<T> = { [Key in keyof T]: T[Key] };

type OpenAIParams =
  OpenAI.ChatCompletionCreateParamsNonStreaming | OpenAI.ChatCompletionCreateParamsStreaming;

/** The types of the SDK are equal to those of the API. */
export type WireTypes = [
  Holds<
    Same<Flat<ChatCompletionAsync>, Flat<AsyncHandle<(typeof CHAT_COMPLETIONS)['pendingObject']>>>
  >,
  Holds<Same<keyof RequestRecord, keyof WireRecord | 'result'>>,
  Holds<
    Same<
      { [Key in Exclude<keyof WireRecord, 'usage'>]: RequestRecord[Key] },
      { [Key in Exclude<keyof WireRecord, 'usage'>]: WireRecord[Key] }
    >
  >,
  // In the SDK, reasons and sources are open types, because a later API may have more of them.
  Holds<Same<keyof Attempt, keyof AttemptRecord>>,
  Holds<Fits<AttemptRecord, Attempt>>,
  Holds<Same<Flat<RequestError>, Flat<NonNullable<WireRecord['error']>>>>,
  Holds<Same<keyof RequestPage, keyof ListPage<WireRecord>>>,
  Holds<Same<keyof ErrorBody['error'], 'message' | 'type' | 'param' | 'code'>>,
];

/** Values of OpenAI's types can be passed to the SDK, and the other way round. */
export type OpenAITypes = [
  Holds<Fits<OpenAIParams, ChatCompletionCreateParams>>,
  Holds<Fits<OpenAI.ChatCompletionMessageParam, ChatCompletionMessageParam>>,
  Holds<Fits<ChatCompletionMessageParam, OpenAI.ChatCompletionMessageParam>>,
  Holds<Fits<ChatCompletion, OpenAI.ChatCompletion>>,
  Holds<Fits<OpenAI.ChatCompletion, ChatCompletion>>,
  Holds<Fits<ChatCompletionMessage, ChatCompletionMessageParam>>,
  Holds<Fits<keyof OpenAIParams, keyof ChatCompletionCreateParams>>,
  Holds<Fits<OpenAI.EmbeddingCreateParams, EmbeddingCreateParams>>,
  Holds<Fits<NonNullable<RequestRecord['usage']>, OpenAI.CompletionUsage>>,
  // These are OpenAI's own, for its package is installed here.
  Holds<Same<Response, OpenAI.Responses.Response>>,
  Holds<Same<EmbeddingResponse, OpenAI.CreateEmbeddingResponse>>,
  Holds<Fits<OpenAI.Responses.ResponseCreateParamsNonStreaming, ResponseCreateParams>>,
  Holds<Fits<OpenAI.Responses.ResponseCreateParamsStreaming, ResponseCreateParams>>,
  // OpenAI has a type of its own for parameters with `stream`.
  Holds<
    Fits<Omit<ResponseCreateParams, 'stream'>, OpenAI.Responses.ResponseCreateParamsNonStreaming>
  >,
  Holds<Same<Completion, OpenAI.Completion>>,
  Holds<Fits<OpenAI.CompletionCreateParams, CompletionCreateParams>>,
  Holds<Same<ChatCompletionChunk, OpenAI.ChatCompletionChunk>>,
  Holds<Fits<OpenAI.Audio.SpeechCreateParams, SpeechCreateParams>>,
  Holds<Fits<OpenAI.Audio.TranscriptionCreateParamsNonStreaming, TranscriptionCreateParams>>,
  Holds<Fits<OpenAI.Audio.TranslationCreateParams, TranslationCreateParams>>,
  Holds<Same<TranscriptionOf<undefined>, OpenAI.Audio.Transcription>>,
  Holds<Same<TranscriptionOf<'verbose_json'>, OpenAI.Audio.TranscriptionVerbose>>,
  Holds<Same<TranscriptionOf<'srt'>, string>>,
  Holds<Fits<OpenAI.ImageGenerateParamsNonStreaming, ImageGenerateParams>>,
  Holds<Fits<OpenAI.ImageEditParamsNonStreaming, ImageEditParams>>,
  Holds<Same<ImagesResponse, OpenAI.ImagesResponse>>,
  Holds<Fits<OpenAI.ModerationCreateParams, ModerationCreateParams>>,
  Holds<Same<ModerationCreateResponse, OpenAI.ModerationCreateResponse>>,
  Holds<Fits<OpenAIUploadable, Uploadable>>,
  Holds<Same<ResponseStreamEvent, OpenAI.Responses.ResponseStreamEvent>>,
];
