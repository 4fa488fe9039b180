/**
 * The types of OpenAI's package, for callers that have it. It is optional: without it TypeScript takes each of its
 * types for `any`, which becomes `never` here, so that the SDK's own type stands in.
 */

/* eslint-disable @typescript-eslint/ban-ts-comment -- there is an error only where the package is missing */

// Within brackets, for a type that is missing makes all of a condition `any` that stands beside it alone.
type Installed<T> = [0] extends [1 & T] ? never : T;

/**
 * OpenAI's type where its package is installed, else the SDK's own.
 *
 * @typeParam Theirs one of the types below
 * @typeParam Own the type that stands in
 */
export type OpenAIOr<Theirs, Own> = [Theirs] extends [never] ? Own : Theirs;

/** @ts-ignore The package may be missing. */
export type OpenAIResponse = Installed<import('openai/resources/responses/responses').Response>;

/** @ts-ignore The package may be missing. */
export type OpenAIResponseParams = Installed<
  import('openai/resources/responses/responses').ResponseCreateParamsNonStreaming
>;

/** @ts-ignore The package may be missing. */
export type OpenAIEmbeddingResponse = Installed<
  import('openai/resources/embeddings').CreateEmbeddingResponse
>;

/** @ts-ignore The package may be missing. */
export type OpenAIEmbeddingParams = Installed<
  import('openai/resources/embeddings').EmbeddingCreateParams
>;

/** @ts-ignore The package may be missing. */
export type OpenAIChatCompletionChunk = Installed<
  import('openai/resources/chat/completions').ChatCompletionChunk
>;

/** @ts-ignore The package may be missing. */
export type OpenAIResponseStreamEvent = Installed<
  import('openai/resources/responses/responses').ResponseStreamEvent
>;

/** @ts-ignore The package may be missing. */
export type OpenAICompletion = Installed<import('openai/resources/completions').Completion>;

/** @ts-ignore The package may be missing. */
export type OpenAICompletionParams = Installed<
  import('openai/resources/completions').CompletionCreateParamsNonStreaming
>;

/** @ts-ignore The package may be missing. */
export type OpenAISpeechParams = Installed<
  import('openai/resources/audio/speech').SpeechCreateParams
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranscriptionParams = Installed<
  import('openai/resources/audio/transcriptions').TranscriptionCreateParamsNonStreaming
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranscription = Installed<
  import('openai/resources/audio/transcriptions').Transcription
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranscriptionVerbose = Installed<
  import('openai/resources/audio/transcriptions').TranscriptionVerbose
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranscriptionDiarized = Installed<
  import('openai/resources/audio/transcriptions').TranscriptionDiarized
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranslationParams = Installed<
  import('openai/resources/audio/translations').TranslationCreateParams
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranslation = Installed<
  import('openai/resources/audio/translations').Translation
>;

/** @ts-ignore The package may be missing. */
export type OpenAITranslationVerbose = Installed<
  import('openai/resources/audio/translations').TranslationVerbose
>;

/** @ts-ignore The package may be missing. */
export type OpenAIImageGenerateParams = Installed<
  import('openai/resources/images').ImageGenerateParamsNonStreaming
>;

/** @ts-ignore The package may be missing. */
export type OpenAIImageEditParams = Installed<
  import('openai/resources/images').ImageEditParamsNonStreaming
>;

/** @ts-ignore The package may be missing. */
export type OpenAIImagesResponse = Installed<import('openai/resources/images').ImagesResponse>;

/** @ts-ignore The package may be missing. */
export type OpenAIModerationParams = Installed<
  import('openai/resources/moderations').ModerationCreateParams
>;

/** @ts-ignore The package may be missing. */
export type OpenAIModerationResponse = Installed<
  import('openai/resources/moderations').ModerationCreateResponse
>;

/**
 * OpenAI's parameters less those that are typed otherwise here: files, and what the type of the answer follows from.
 *
 * @typeParam Theirs the type of its package
 * @typeParam Names what is left out
 */
export type Less<Theirs, Names extends string> = [Theirs] extends [never]
  ? never
  : Omit<Theirs, Names>;

/**
 * Parameters of calls that can be streams. OpenAI has a type of its own for those that are.
 *
 * @typeParam Theirs the type for those that are none
 */
export type Streamable<Theirs> = [Theirs] extends [never]
  ? never
  : Omit<Theirs, 'stream'> & { stream?: boolean | null };
