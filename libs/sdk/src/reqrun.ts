import { ChatCompletions } from './chat-completions.js';
import { Embeddings } from './embeddings.js';
import { Transport } from './http/transport.js';
import { Requests } from './requests.js';
import { Responses } from './responses.js';
import { type ClientOptions, readOptions } from './settings.js';

/**
 * A client of ReqRun. It holds no connection and needs not be closed; one per process is enough.
 *
 * @example
 * const reqrun = new ReqRun({ apiKey: '…', baseURL: 'https://reqrun.example.com' });
 * const completion = await reqrun.chat.completions.create({ model, messages, wait: true });
 */
export class ReqRun {
  /** `chat.completions`, as in OpenAI's client. */
  readonly chat: { readonly completions: ChatCompletions };
  /** Embeddings, as in OpenAI's client. */
  readonly embeddings: Embeddings;
  /** Responses, as in OpenAI's client. */
  readonly responses: Responses;
  /** Records of requests. */
  readonly requests: Requests;

  /**
   * @param options the key and the address, unless they stand in the environment
   * @throws ReqRunError when one is missing or wrong
   */
  constructor(options: ClientOptions = {}) {
    const settings = readOptions(options);
    const transport = new Transport(settings);
    this.chat = { completions: new ChatCompletions(settings, transport) };
    this.embeddings = new Embeddings(settings, transport);
    this.responses = new Responses(settings, transport);
    this.requests = new Requests(settings, transport);
  }
}
