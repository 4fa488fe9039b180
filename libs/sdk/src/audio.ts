import { APIPromise } from './api-promise.js';
import { Endpoint } from './endpoint.js';
import { EndpointClient } from './endpoint-client.js';
import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { CreateOptions, RequestOptions } from './options.js';
import type { Settings } from './settings.js';
import type {
  AudioResponseFormat,
  SpeechAsync,
  SpeechCreateParams,
  TranscriptionAsync,
  TranscriptionCreateParams,
  TranscriptionOf,
  TranslationAsync,
  TranslationCreateParams,
  TranslationFormat,
  TranslationOf,
} from './types/audio.js';
import type { BinaryResponse } from './types/fetch.js';

/** Speech, as in OpenAI's client: its answer is a `Response` with the provider's bytes, which have come whole. */
export class Speech extends Endpoint<SpeechCreateParams, BinaryResponse, SpeechAsync> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS['audio.speech'], settings, transport);
  }
}

/** Transcriptions, as in OpenAI's client. */
export class Transcriptions {
  readonly #client: EndpointClient<unknown, TranscriptionAsync>;

  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    this.#client = new EndpointClient(ENDPOINTS['audio.transcriptions'], settings, transport);
  }

  /**
   * Has a recording transcribed. With `wait: true` it returns the transcript, which is a string for the formats
   * `text`, `srt` and `vtt`; without it a handle as soon as the request is committed.
   *
   * @param params the form of OpenAI, with the file as `Uploadable`, and ReqRun's own fields
   * @param options how the call is made
   * @typeParam Format the form of the transcript
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  create<Format extends AudioResponseFormat | undefined = undefined>(
    params: TranscriptionCreateParams<Format> & { wait: true },
    options?: CreateOptions,
  ): APIPromise<TranscriptionOf<Format>>;
  create(
    params: TranscriptionCreateParams & { wait?: false | null },
    options?: CreateOptions,
  ): APIPromise<TranscriptionAsync>;
  create<Format extends AudioResponseFormat | undefined = undefined>(
    params: TranscriptionCreateParams<Format>,
    options?: CreateOptions,
  ): APIPromise<TranscriptionOf<Format> | TranscriptionAsync>;
  create(params: TranscriptionCreateParams, options: CreateOptions = {}): APIPromise<unknown> {
    return new APIPromise<unknown>(this.#client.create(params, options));
  }

  /**
   * The transcript of a request, or its handle while it runs.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @throws APIError as a rejection: there is no such request, or how it failed
   */
  retrieve(
    id: string,
    options: RequestOptions = {},
  ): APIPromise<TranscriptionOf<AudioResponseFormat> | TranscriptionAsync> {
    return new APIPromise(this.#client.retrieve<TranscriptionOf<AudioResponseFormat>>(id, options));
  }
}

/** Translations into English, as in OpenAI's client. */
export class Translations {
  readonly #client: EndpointClient<unknown, TranslationAsync>;

  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    this.#client = new EndpointClient(ENDPOINTS['audio.translations'], settings, transport);
  }

  /**
   * Has a recording translated. With `wait: true` it returns the translation, which is a string for the formats
   * `text`, `srt` and `vtt`; without it a handle as soon as the request is committed.
   *
   * @param params the form of OpenAI, with the file as `Uploadable`, and ReqRun's own fields
   * @param options how the call is made
   * @typeParam Format the form of the transcript
   * @throws APIError as a rejection: it was not accepted, or, for one that has ended, how it failed
   * @throws APIConnectionError, APITimeoutError, APIAbortError as rejections
   */
  create<Format extends TranslationFormat | undefined = undefined>(
    params: TranslationCreateParams<Format> & { wait: true },
    options?: CreateOptions,
  ): APIPromise<TranslationOf<Format>>;
  create(
    params: TranslationCreateParams & { wait?: false | null },
    options?: CreateOptions,
  ): APIPromise<TranslationAsync>;
  create<Format extends TranslationFormat | undefined = undefined>(
    params: TranslationCreateParams<Format>,
    options?: CreateOptions,
  ): APIPromise<TranslationOf<Format> | TranslationAsync>;
  create(params: TranslationCreateParams, options: CreateOptions = {}): APIPromise<unknown> {
    return new APIPromise<unknown>(this.#client.create(params, options));
  }

  /**
   * The translation of a request, or its handle while it runs.
   *
   * @param id `rr_…`
   * @param options how the call is made
   * @throws APIError as a rejection: there is no such request, or how it failed
   */
  retrieve(
    id: string,
    options: RequestOptions = {},
  ): APIPromise<TranslationOf<TranslationFormat> | TranslationAsync> {
    return new APIPromise(this.#client.retrieve<TranslationOf<TranslationFormat>>(id, options));
  }
}
