import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import { StreamingEndpoint } from './streaming-endpoint.js';
import type { Completion, CompletionAsync, CompletionCreateParams } from './types/completions.js';

/** OpenAI's older text completions: accepted durably, then run. */
export class Completions extends StreamingEndpoint<
  CompletionCreateParams,
  Completion,
  Completion,
  CompletionAsync
> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS.completions, settings, transport);
  }
}
