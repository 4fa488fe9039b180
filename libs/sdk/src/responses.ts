import { Endpoint } from './endpoint.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import type { Response, ResponseAsync, ResponseCreateParams } from './types/responses.js';

/** OpenAI's Responses API: accepted durably, then run. For background mode use `wait: false`. */
export class Responses extends Endpoint<ResponseCreateParams, Response, ResponseAsync> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super({ path: '/responses', pendingObject: 'response.async' }, settings, transport);
  }
}
