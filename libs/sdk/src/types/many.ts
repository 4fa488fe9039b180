import type {
  SpeechCreateParams,
  TranscriptionCreateParams,
  TranslationCreateParams,
} from './audio.js';
import type { ChatCompletionCreateParams } from './chat-params.js';
import type { CompletionCreateParams } from './completions.js';
import type { EmbeddingCreateParams } from './embeddings.js';
import type { EndpointHandle } from './endpoint.js';
import type { ImageEditParams, ImageGenerateParams } from './images.js';
import type { ModerationCreateParams } from './moderations.js';
import type { ResponseCreateParams } from './responses.js';

/** Parameters of each endpoint, by the name that OpenAI's client gives it. */
export interface EndpointParams {
  'chat.completions': ChatCompletionCreateParams;
  responses: ResponseCreateParams;
  completions: CompletionCreateParams;
  embeddings: EmbeddingCreateParams;
  moderations: ModerationCreateParams;
  'images.generate': ImageGenerateParams;
  'images.edit': ImageEditParams;
  'audio.speech': SpeechCreateParams;
  'audio.transcriptions': TranscriptionCreateParams;
  'audio.translations': TranslationCreateParams;
}

/** One request of many: accepted, or why not. */
export type CreatedRequest =
  | { index: number; handle: EndpointHandle; error: null }
  | {
      /** Its place among the items, from 0. */
      index: number;
      handle: null;
      /** As `create()` throws it. */
      error: Error;
    };
