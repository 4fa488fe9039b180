/** An endpoint of OpenAI's API whose requests are accepted, queued and run. */
export interface Endpoint {
  /** Name in documents, e.g. `chat.completions`. */
  readonly name: string;
  /** Path below `/v1`: callers post to it here, and workers post to it at the provider. */
  readonly path: string;
  /** `object` of the handle that a caller gets while its request has not ended. */
  readonly pendingObject: string;
  /** Whether its answers can be streams. */
  readonly isStreamable: boolean;
  /** Member of the body that holds the input; null where the provider alone judges it. */
  readonly input: {
    readonly name: string;
    /** JSON types that it may have. No value of them may be empty. */
    readonly types: readonly ('array' | 'string')[];
  } | null;
  /** Model that OpenAI takes for a body that names none; absent where a body must name one. */
  readonly defaultModel?: string;
  /** Fields of the form (multipart/form-data) that is sent; absent where bodies are JSON. */
  readonly form?: {
    /** Field that holds the file. With `[]` behind it, it may hold one of several. */
    readonly file: string;
    /** Other fields that must not be missing or empty. */
    readonly required: readonly string[];
  };
}

/** Source: https://platform.openai.com/docs/api-reference/chat/create */
export const CHAT_COMPLETIONS = {
  name: 'chat.completions',
  path: '/chat/completions',
  pendingObject: 'chat.completion.async',
  isStreamable: true,
  input: { name: 'messages', types: ['array'] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/responses/create */
export const RESPONSES = {
  name: 'responses',
  path: '/responses',
  pendingObject: 'response.async',
  isStreamable: true,
  // It may be missing: a stored prompt or a conversation stands in for it.
  input: null,
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/embeddings/create */
export const EMBEDDINGS = {
  name: 'embeddings',
  path: '/embeddings',
  pendingObject: 'embedding.async',
  isStreamable: false,
  input: { name: 'input', types: ['array', 'string'] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/completions/create */
export const COMPLETIONS = {
  name: 'completions',
  path: '/completions',
  pendingObject: 'text_completion.async',
  isStreamable: true,
  input: { name: 'prompt', types: ['array', 'string'] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/moderations/create */
export const MODERATIONS = {
  name: 'moderations',
  path: '/moderations',
  pendingObject: 'moderation.async',
  isStreamable: false,
  input: { name: 'input', types: ['array', 'string'] },
  defaultModel: 'omni-moderation-latest',
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/images/create */
export const IMAGE_GENERATIONS = {
  name: 'images.generations',
  path: '/images/generations',
  pendingObject: 'image.async',
  isStreamable: true,
  input: { name: 'prompt', types: ['string'] },
  defaultModel: 'dall-e-2',
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/audio/createSpeech */
export const AUDIO_SPEECH = {
  name: 'audio.speech',
  path: '/audio/speech',
  pendingObject: 'audio.speech.async',
  isStreamable: false,
  input: { name: 'input', types: ['string'] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/audio/createTranscription */
export const AUDIO_TRANSCRIPTIONS = {
  name: 'audio.transcriptions',
  path: '/audio/transcriptions',
  pendingObject: 'audio.transcription.async',
  // OpenAI streams it for some models. The stream of an upload is not passed on.
  isStreamable: false,
  input: null,
  form: { file: 'file', required: [] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/audio/createTranslation */
export const AUDIO_TRANSLATIONS = {
  name: 'audio.translations',
  path: '/audio/translations',
  pendingObject: 'audio.translation.async',
  isStreamable: false,
  input: null,
  form: { file: 'file', required: [] },
} as const satisfies Endpoint;

/** Source: https://platform.openai.com/docs/api-reference/images/createEdit */
export const IMAGE_EDITS = {
  name: 'images.edits',
  path: '/images/edits',
  pendingObject: 'image.edit.async',
  // OpenAI streams it for some models. The stream of an upload is not passed on.
  isStreamable: false,
  input: null,
  form: { file: 'image', required: ['prompt'] },
} as const satisfies Endpoint;

const table: Endpoint[] = [
  CHAT_COMPLETIONS,
  RESPONSES,
  EMBEDDINGS,
  COMPLETIONS,
  MODERATIONS,
  IMAGE_GENERATIONS,
  AUDIO_SPEECH,
  AUDIO_TRANSCRIPTIONS,
  AUDIO_TRANSLATIONS,
  IMAGE_EDITS,
];

/** Every endpoint. */
export const ENDPOINTS: readonly Endpoint[] = table;

/**
 * Adds a row to the table, for a process that is about to start.
 *
 * @param endpoint the row; its path must be new
 * @throws Error when the path is taken
 */
export function addEndpoint(endpoint: Endpoint): void {
  if (endpointAt(endpoint.path) !== null) {
    throw new Error(`There is an endpoint at ${endpoint.path} already.`);
  }
  table.push(endpoint);
}

/**
 * Finds an endpoint.
 *
 * @param path below `/v1`, e.g. `/chat/completions`
 * @returns null where there is none
 */
export function endpointAt(path: string): Endpoint | null {
  return table.find((endpoint) => endpoint.path === path) ?? null;
}
