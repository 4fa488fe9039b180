import { type RequestRecord, type RequestStatus, requestIdFromUuid } from '@reqrun/contracts';
import type { AcceptedRequest } from '@reqrun/requests';

/** Status of a response, in OpenAI's words; a completed request's is the provider's own. */
const STATUS: Readonly<Record<RequestStatus, string>> = {
  queued: 'queued',
  processing: 'in_progress',
  retrying: 'in_progress',
  completed: 'completed',
  failed: 'failed',
  canceled: 'cancelled',
};

/** Codes of a failed response that OpenAI's clients know. */
const RATE_LIMITED = /_429$|rate_limit|quota|slow_down/;
const REFUSED = /invalid|unsupported|context_length|content_|missing|string_above/;

/** Facts that a response object is made of while there is no provider's body. */
export interface ResponseFacts {
  /** `rr_…`. */
  id: string;
  /** Unix seconds. */
  createdAt: number;
  status: RequestStatus;
  model: string;
  metadata: Readonly<Record<string, string>> | null;
  error: { code: string; message: string } | null;
}

/**
 * The facts of a request that was just accepted.
 *
 * @param request as it was accepted
 * @param metadata of its body
 */
export function factsOfAccepted(
  { id, status, model, createdAt }: AcceptedRequest,
  metadata: ResponseFacts['metadata'],
): ResponseFacts {
  return {
    id: requestIdFromUuid(id),
    createdAt: Math.floor(createdAt.getTime() / 1000),
    status,
    model,
    metadata,
    error: null,
  };
}

/**
 * The facts of a record.
 *
 * @param record as the wire shows it
 */
export function factsOfRecord(record: RequestRecord): ResponseFacts {
  return {
    id: record.id,
    createdAt: Math.floor(Date.parse(record.created_at) / 1000),
    status: record.status,
    model: record.requested_model,
    metadata: record.metadata,
    error: record.error,
  };
}

/**
 * A response object in OpenAI's shape, for a request without a provider's body
 * (https://platform.openai.com/docs/api-reference/responses/object). `output` is there because the SDKs walk it.
 *
 * @param facts of the request
 */
export function responseObject(facts: ResponseFacts): Readonly<Record<string, unknown>> {
  const { id, createdAt, status, model, metadata, error } = facts;
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status: STATUS[status],
    background: true,
    model,
    output: [],
    error: status === 'failed' && error !== null ? openAiError(error) : null,
    incomplete_details: null,
    instructions: null,
    metadata: metadata ?? {},
    parallel_tool_calls: true,
    previous_response_id: null,
    store: true,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    usage: null,
  };
}

/** OpenAI's word as code, and ours in the message. */
function openAiError({ code, message }: { code: string; message: string }): object {
  const known = RATE_LIMITED.test(code)
    ? 'rate_limit_exceeded'
    : REFUSED.test(code)
      ? 'invalid_prompt'
      : 'server_error';
  return { code: known, message: `${message} (${code})` };
}
