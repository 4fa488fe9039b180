import { Endpoint } from './endpoint.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import type { ChatCompletion, ChatCompletionAsync } from './types/chat-completion.js';
import type { ChatCompletionCreateParams } from './types/chat-params.js';

/** Chat completions: accepted durably, then run. */
export class ChatCompletions extends Endpoint<
  ChatCompletionCreateParams,
  ChatCompletion,
  ChatCompletionAsync
> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(
      { path: '/chat/completions', pendingObject: 'chat.completion.async' },
      settings,
      transport,
    );
  }
}
