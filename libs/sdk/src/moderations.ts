import { Endpoint } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import type {
  ModerationAsync,
  ModerationCreateParams,
  ModerationCreateResponse,
} from './types/moderations.js';

/** Moderations, as in OpenAI's client. */
export class Moderations extends Endpoint<
  ModerationCreateParams,
  ModerationCreateResponse,
  ModerationAsync
> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS.moderations, settings, transport);
  }
}
