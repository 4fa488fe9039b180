import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type { OpenAIModerationParams, OpenAIModerationResponse, OpenAIOr } from './openai.js';

/** OpenAI's body of a moderation, and ReqRun's own fields. It has OpenAI's own type where its package is installed. */
export type ModerationCreateParams = OpenAIOr<OpenAIModerationParams, ModerationParams> &
  ReqRunFields;

/** The answer to a moderation. It has OpenAI's own type where its package is installed. */
export type ModerationCreateResponse = OpenAIOr<OpenAIModerationResponse, Moderations>;

/** The handle of a moderation that has not ended. */
export type ModerationAsync = EndpointHandle<'moderation.async'>;

interface ModerationParams {
  input: string | string[] | Record<string, unknown>[];
  model?: string;
}

interface Moderations {
  id: string;
  model: string;
  /** One for each input. */
  results: {
    flagged: boolean;
    categories: Record<string, boolean | null>;
    category_scores: Record<string, number>;
    [detail: string]: unknown;
  }[];
}
