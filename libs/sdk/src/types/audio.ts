import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type {
  Less,
  OpenAIOr,
  OpenAISpeechParams,
  OpenAITranscription,
  OpenAITranscriptionDiarized,
  OpenAITranscriptionParams,
  OpenAITranscriptionVerbose,
  OpenAITranslation,
  OpenAITranslationParams,
  OpenAITranslationVerbose,
} from './openai.js';
import type { Uploadable } from './uploads.js';

/** OpenAI's body of a request for speech, and ReqRun's own fields. It has OpenAI's own type where its package is installed. */
export type SpeechCreateParams = OpenAIOr<OpenAISpeechParams, SpeechParams> & ReqRunFields;

/** The handle of a request for speech that has not ended. */
export type SpeechAsync = EndpointHandle<'audio.speech.async'>;

/** Forms that a transcript can have. */
export type AudioResponseFormat =
  'json' | 'text' | 'srt' | 'verbose_json' | 'vtt' | 'diarized_json';

/**
 * The form of a transcription, and ReqRun's own fields. It has OpenAI's own type where its package is installed.
 *
 * @typeParam Format the form of the transcript, which the type of the answer follows
 */
export type TranscriptionCreateParams<
  Format extends AudioResponseFormat | undefined = AudioResponseFormat | undefined,
> = OpenAIOr<
  Less<OpenAITranscriptionParams, 'file' | 'response_format' | 'stream'>,
  TranscriptionParams
> &
  ReqRunFields & { file: Uploadable; response_format?: Format };

/**
 * The form of a translation, and ReqRun's own fields. It has OpenAI's own type where its package is installed.
 *
 * @typeParam Format the form of the transcript, which the type of the answer follows
 */
export type TranslationCreateParams<
  Format extends TranslationFormat | undefined = TranslationFormat | undefined,
> = OpenAIOr<Less<OpenAITranslationParams, 'file' | 'response_format'>, TranslationParams> &
  ReqRunFields & { file: Uploadable; response_format?: Format };

/** Forms that a translation can have. */
export type TranslationFormat = Exclude<AudioResponseFormat, 'diarized_json'>;

/** A transcript. It has OpenAI's own type where its package is installed. */
export type Transcription = OpenAIOr<OpenAITranscription, Transcript>;

/** A transcript with its times. It has OpenAI's own type where its package is installed. */
export type TranscriptionVerbose = OpenAIOr<OpenAITranscriptionVerbose, TimedTranscript>;

/** A transcript with its speakers. It has OpenAI's own type where its package is installed. */
export type TranscriptionDiarized = OpenAIOr<OpenAITranscriptionDiarized, TimedTranscript>;

/** A translation. It has OpenAI's own type where its package is installed. */
export type Translation = OpenAIOr<OpenAITranslation, Transcript>;

/** A translation with its times. It has OpenAI's own type where its package is installed. */
export type TranslationVerbose = OpenAIOr<OpenAITranslationVerbose, TimedTranscript>;

/** The answer to a transcription, by the form that was asked for. */
export type TranscriptionOf<Format extends AudioResponseFormat | undefined> = Format extends
  'text' | 'srt' | 'vtt'
  ? string
  : Format extends 'verbose_json'
    ? TranscriptionVerbose
    : Format extends 'diarized_json'
      ? TranscriptionDiarized
      : Transcription;

/** The answer to a translation, by the form that was asked for. */
export type TranslationOf<Format extends TranslationFormat | undefined> = Format extends
  'text' | 'srt' | 'vtt'
  ? string
  : Format extends 'verbose_json'
    ? TranslationVerbose
    : Translation;

/** The handle of a transcription that has not ended. */
export type TranscriptionAsync = EndpointHandle<'audio.transcription.async'>;

/** The handle of a translation that has not ended. */
export type TranslationAsync = EndpointHandle<'audio.translation.async'>;

interface SpeechParams {
  model: string;
  /** The text that is spoken. */
  input: string;
  voice: string | { id: string };
  instructions?: string;
  response_format?: 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm';
  speed?: number;
  /** Further fields of OpenAI's, which pass through untouched. */
  [field: string]: unknown;
}

interface TranscriptionParams extends TranslationParams {
  /** ISO 639-1. */
  language?: string;
  timestamp_granularities?: ('word' | 'segment')[];
}

interface TranslationParams {
  model: string;
  prompt?: string;
  temperature?: number;
}

interface Transcript {
  text: string;
  [field: string]: unknown;
}

interface TimedTranscript extends Transcript {
  /** In seconds. */
  duration: number;
}
