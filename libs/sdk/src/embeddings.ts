import { Endpoint } from './endpoint.js';
import { ENDPOINTS } from './endpoints.js';
import type { Transport } from './http/transport.js';
import type { Settings } from './settings.js';
import type {
  EmbeddingAsync,
  EmbeddingCreateParams,
  EmbeddingResponse,
} from './types/embeddings.js';

/** Embeddings: an answer counts only with exactly one for each input. */
export class Embeddings extends Endpoint<EmbeddingCreateParams, EmbeddingResponse, EmbeddingAsync> {
  /**
   * @param settings the client's
   * @param transport makes the HTTP calls
   */
  constructor(settings: Settings, transport: Transport) {
    super(ENDPOINTS.embeddings, settings, transport);
  }
}
