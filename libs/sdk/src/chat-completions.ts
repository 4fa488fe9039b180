import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import { StreamingEndpoint } from './streaming-endpoint.js';
import type { ChatCompletion, ChatCompletionAsync } from './types/chat-completion.js';
import type { ChatCompletionChunk } from './types/chat-completion-chunk.js';
import type { ChatCompletionCreateParams } from './types/chat-params.js';

/** Chat completions: accepted durably, then run. */
export class ChatCompletions extends StreamingEndpoint<
  ChatCompletionCreateParams,
  ChatCompletionChunk,
  ChatCompletion,
  ChatCompletionAsync
> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS['chat.completions'], settings, transport);
  }
}
