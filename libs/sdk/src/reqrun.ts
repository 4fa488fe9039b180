import { ChatCompletions } from './chat-completions.js';
import { Transport } from './http/transport.js';
import { Requests } from './requests.js';
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
    this.requests = new Requests(settings, transport);
  }
}
