/** OpenAI's chat completion, as the provider answered it. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Unix seconds. */
  created: number;
  model: string;
  choices: ChatCompletionChoice[];
  usage?: CompletionUsage;
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null;
  system_fingerprint?: string;
}

/** One of the answers of a completion. */
export interface ChatCompletionChoice {
  index: number;
  finish_reason: 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';
  message: ChatCompletionMessage;
  logprobs: {
    content: ChatCompletionTokenLogprob[] | null;
    refusal: ChatCompletionTokenLogprob[] | null;
  } | null;
}

/** Message of the model. */
export interface ChatCompletionMessage {
  role: 'assistant';
  content: string | null;
  refusal: string | null;
  tool_calls?: ChatCompletionMessageToolCall[];
  annotations?: ChatCompletionAnnotation[];
  audio?: ChatCompletionAudio | null;
  function_call?: FunctionCall | null;
}

/** A call that the model wants made. */
export type ChatCompletionMessageToolCall =
  ChatCompletionMessageFunctionToolCall | ChatCompletionMessageCustomToolCall;

/** A call of a function; `arguments` is JSON as the model wrote it. */
export interface ChatCompletionMessageFunctionToolCall {
  id: string;
  type: 'function';
  function: FunctionCall;
}

/** A call of a custom tool with free text. */
export interface ChatCompletionMessageCustomToolCall {
  id: string;
  type: 'custom';
  custom: { name: string; input: string };
}

/** A function's name and its arguments: JSON as the model wrote it. */
export interface FunctionCall {
  name: string;
  arguments: string;
}

/** Source of a statement. */
export interface ChatCompletionAnnotation {
  type: 'url_citation';
  url_citation: { start_index: number; end_index: number; title: string; url: string };
}

/** A spoken answer; `data` is base64. */
export interface ChatCompletionAudio {
  id: string;
  data: string;
  /** Unix seconds. */
  expires_at: number;
  transcript: string;
}

/** How likely a token was. */
export interface ChatCompletionTokenLogprob {
  token: string;
  bytes: number[] | null;
  logprob: number;
  top_logprobs: { token: string; bytes: number[] | null; logprob: number }[];
}

/** Tokens used. */
export interface CompletionUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: {
    audio_tokens?: number;
    cached_tokens?: number;
    cache_write_tokens?: number;
  };
  completion_tokens_details?: {
    accepted_prediction_tokens?: number;
    audio_tokens?: number;
    reasoning_tokens?: number;
    rejected_prediction_tokens?: number;
  };
}

/**
 * The handle of a chat completion that was accepted. It runs whether anybody asks again or not; told
 * apart from a {@link ChatCompletion} by `object`.
 */
export interface ChatCompletionAsync {
  /** `rr_…`, for everything under `requests`. */
  id: string;
  object: 'chat.completion.async';
  status: RequestStatus;
  /** Unix seconds. */
  created: number;
  model: string;
  /** Provider calls so far. */
  attempts: number;
}

/** State of a request; the last three are the end of a round. */
export type RequestStatus =
  'queued' | 'processing' | 'retrying' | 'completed' | 'failed' | 'canceled';
