import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';

/** OpenAI's body of a response, whatever it holds, and ReqRun's own fields. */
export interface ResponseCreateParams extends ReqRunFields {
  model: string;
  input?: string | Record<string, unknown>[];
  instructions?: string | null;
  /** The provider's id of an earlier response, or the `rr_…` id of a completed request. */
  previous_response_id?: string | null;
  metadata?: Record<string, string> | null;
  /** Further fields of OpenAI's, which pass through untouched. */
  [field: string]: unknown;
}

/** OpenAI's response, as the provider answered it; the fields that most callers read. */
export interface Response {
  id: string;
  object: 'response';
  created_at: number;
  status: 'completed' | 'incomplete';
  model: string;
  output: Record<string, unknown>[];
  usage?: {
    input_tokens: number;
    output_tokens: number;
    total_tokens: number;
    [detail: string]: unknown;
  } | null;
  [field: string]: unknown;
}

/** The handle of a response that has not ended. */
export type ResponseAsync = EndpointHandle<'response.async'>;
