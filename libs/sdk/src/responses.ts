import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import { StreamingEndpoint } from './streaming-endpoint.js';
import type {
  Response,
  ResponseAsync,
  ResponseCreateParams,
  ResponseStreamEvent,
} from './types/responses.js';

/** OpenAI's Responses API: accepted durably, then run. For background mode use `wait: false`. */
export class Responses extends StreamingEndpoint<
  ResponseCreateParams,
  ResponseStreamEvent,
  Response,
  ResponseAsync
> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS.responses, settings, transport);
  }
}
