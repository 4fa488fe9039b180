import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type {
  OpenAIOr,
  OpenAIResponse,
  OpenAIResponseParams,
  OpenAIResponseStreamEvent,
  Streamable,
} from './openai.js';

/** OpenAI's body of a response, and ReqRun's own fields. The body has OpenAI's own type where its package is installed. */
export type ResponseCreateParams = OpenAIOr<Streamable<OpenAIResponseParams>, ResponseParams> &
  ReqRunFields;

/** OpenAI's response. It has OpenAI's own type where its package is installed. */
export type Response = OpenAIOr<OpenAIResponse, ResponseObject>;

/** An event of a streamed response. It has OpenAI's own type where its package is installed. */
export type ResponseStreamEvent = OpenAIOr<OpenAIResponseStreamEvent, ResponseEvent>;

/** An event of a streamed response; `type` decides about the other fields. */
interface ResponseEvent {
  type: string;
  sequence_number: number;
  /** The piece of text of `response.output_text.delta`. */
  delta?: string;
  [field: string]: unknown;
}

interface ResponseParams {
  model: string;
  /** `true`: the call returns a stream of events. */
  stream?: boolean | null;
  input?: string | Record<string, unknown>[];
  instructions?: string | null;
  /** The provider's id of an earlier response, or the `rr_…` id of a completed request. */
  previous_response_id?: string | null;
  metadata?: Record<string, string> | null;
  /**
   * Let the provider run the response in the background, so that a crash of a worker pays for no second one. The
   * provider must keep responses: `store: false` is refused.
   */
  reattach?: boolean | null;
  /** Further fields of OpenAI's, which pass through untouched. */
  [field: string]: unknown;
}

/** OpenAI's response, as the provider answered it; the fields that most callers read. */
interface ResponseObject {
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
