import type { CompletionUsage } from './chat-completion.js';
import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type { OpenAICompletion, OpenAICompletionParams, OpenAIOr, Streamable } from './openai.js';

/** OpenAI's body of a text completion, and ReqRun's own fields. The body has OpenAI's own type where its package is installed. */
export type CompletionCreateParams = OpenAIOr<
  Streamable<OpenAICompletionParams>,
  CompletionParams
> &
  ReqRunFields;

/** OpenAI's text completion, whole or a piece of a stream. It has OpenAI's own type where its package is installed. */
export type Completion = OpenAIOr<OpenAICompletion, TextCompletion>;

/** The handle of a text completion that has not ended. */
export type CompletionAsync = EndpointHandle<'text_completion.async'>;

interface CompletionParams {
  model: string;
  prompt: string | string[] | number[] | number[][] | null;
  /** `true`: the call returns a stream of pieces. */
  stream?: boolean | null;
  /** Further fields of OpenAI's, which pass through untouched. */
  [field: string]: unknown;
}

interface TextCompletion {
  id: string;
  object: 'text_completion';
  /** Unix seconds. */
  created: number;
  model: string;
  choices: {
    index: number;
    text: string;
    finish_reason: 'stop' | 'length' | 'content_filter' | null;
    logprobs?: object | null;
  }[];
  usage?: CompletionUsage;
}
