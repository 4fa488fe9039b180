import { Speech, Transcriptions, Translations } from './audio.js';
import { ChatCompletions } from './chat-completions.js';
import { Completions } from './completions.js';
import { Embeddings } from './embeddings.js';
import { LONGEST_TIMER_MS } from './http/limits.js';
import { Transport } from './http/transport.js';
import { Images } from './images.js';
import { Moderations } from './moderations.js';
import { Policies } from './policies.js';
import { Requests } from './requests.js';
import { Responses } from './responses.js';
import { type ClientOptions, readOptions, type Settings } from './settings.js';
import type { Fetch } from './types/fetch.js';

/** Options that OpenAI's client is made with. */
export interface StockOptions {
  apiKey: string;
  /** With `/v1`. */
  baseURL: string;
  /** ms per HTTP call. */
  timeout: number;
  maxRetries: number;
  defaultHeaders: Readonly<Record<string, string>>;
  fetch?: Fetch;
}

/**
 * A client of ReqRun. It holds no connection and needs not be closed; one per process is enough.
 *
 * @example
 * const reqrun = new ReqRun({ apiKey: '…', baseURL: 'https://reqrun.example.com' });
 * const completion = await reqrun.chat.completions.create({ model, messages, wait: true });
 */
export class ReqRun {
  /** Speech, transcriptions and translations, as in OpenAI's client. */
  readonly audio: {
    readonly speech: Speech;
    readonly transcriptions: Transcriptions;
    readonly translations: Translations;
  };
  /** `chat.completions`, as in OpenAI's client. */
  readonly chat: { readonly completions: ChatCompletions };
  /** OpenAI's older text completions. */
  readonly completions: Completions;
  /** Embeddings, as in OpenAI's client. */
  readonly embeddings: Embeddings;
  /** Images, as in OpenAI's client. */
  readonly images: Images;
  /** Moderations, as in OpenAI's client. */
  readonly moderations: Moderations;
  /** Responses, as in OpenAI's client. */
  readonly responses: Responses;
  /** Records of requests. */
  readonly requests: Requests;
  /** Simulations of policies. */
  readonly policies: Policies;

  // Private fields of the language's own: who prints a client must not print its key.
  readonly #options: ClientOptions;
  readonly #settings: Settings;

  /**
   * @param options the key and the address, unless they stand in the environment
   * @throws ReqRunError when one is missing or wrong
   */
  constructor(options: ClientOptions = {}) {
    this.#options = options;
    const settings = readOptions(options);
    const transport = new Transport(settings);
    this.audio = {
      speech: new Speech(settings, transport),
      transcriptions: new Transcriptions(settings, transport),
      translations: new Translations(settings, transport),
    };
    this.chat = { completions: new ChatCompletions(settings, transport) };
    this.completions = new Completions(settings, transport);
    this.embeddings = new Embeddings(settings, transport);
    this.images = new Images(settings, transport);
    this.moderations = new Moderations(settings, transport);
    this.responses = new Responses(settings, transport);
    this.requests = new Requests(settings, transport);
    this.policies = new Policies(settings, transport);
    this.#settings = settings;
  }

  /**
   * A client like this one, with other options.
   *
   * @param options those that differ
   * @throws ReqRunError when one is wrong
   */
  withOptions(options: ClientOptions): ReqRun {
    return new ReqRun({ ...this.#options, ...options });
  }

  /**
   * OpenAI's own client, set up for ReqRun: for its helpers, such as `parse` and tools. The class is passed, so that
   * this package imports no other. It waits by itself, unless the project says otherwise.
   *
   * @example
   * import OpenAI from 'openai';
   * const openai = reqrun.openai(OpenAI);
   *
   * @param Client the default export of the package `openai`, or a class of the same parameters
   * @typeParam Stock what it makes
   */
  openai<Stock>(Client: new (options: StockOptions) => Stock): Stock {
    const { apiKey, baseURL, timeout, maxRetries, headers } = this.#settings;
    const { fetch } = this.#options;
    return new Client({
      apiKey,
      baseURL: `${baseURL}/v1`,
      maxRetries,
      defaultHeaders: headers,
      // Its timers take no longer ones.
      timeout: Math.min(timeout, LONGEST_TIMER_MS),
      ...(fetch === undefined ? {} : { fetch }),
    });
  }
}
