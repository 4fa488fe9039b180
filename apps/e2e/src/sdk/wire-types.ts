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
  ChatCompletionCreateParams,
  ChatCompletionMessage,
  ChatCompletionMessageParam,
  RequestError,
  RequestPage,
  RequestRecord,
} from '@reqrun/sdk';
import type OpenAI from 'openai';

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

type OpenAIParams = OpenAI.ChatCompletionCreateParamsNonStreaming;

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
  Holds<Fits<NonNullable<RequestRecord['usage']>, OpenAI.CompletionUsage>>,
];
