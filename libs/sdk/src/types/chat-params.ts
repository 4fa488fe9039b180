import type { ChatCompletionMessageToolCall, FunctionCall } from './chat-completion.js';

/** OpenAI's body of a chat completion, and ReqRun's own fields beside it. */
export interface ChatCompletionCreateParams extends OpenAIChatParams, ReqRunFields {}

/** ReqRun's own fields: checked by it, never forwarded to the provider. */
export interface ReqRunFields {
  /** `true`: the call returns the completion. Otherwise it returns a handle as soon as it is accepted. */
  wait?: boolean | null;
  /**
   * How long one HTTP call is held with `wait`, in ms: 30,000 by default, at most 240,000. When it
   * passes first, this client goes on by asking, until the `timeout` of the call.
   */
  wait_timeout_ms?: number | null;
  /** Calls with one key are one request: 1 to 255 characters, scoped to the project. */
  idempotency_key?: string | null;
  /**
   * How often ReqRun calls the provider again (0 to 5), and after which statuses. With `until_deadline`
   * outages and rate limits are tried again until the deadline, whatever `count` says.
   */
  retry?: RetryFields | null;
  /** ms per provider call; ms of silence within an answer; ms from acceptance to the end. */
  timeout?: TimeoutFields | null;
  /** Behavior when a worker died while the provider was called: `retry` by default. */
  on_lost?: 'retry' | 'fail' | null;
  /** The same settings under other names. */
  orq?: {
    retries?: RetryFields;
    timeout?: TimeoutFields;
  } | null;
}

/** Rules about what is retried, and how often. */
export interface RetryFields {
  count?: number;
  on_codes?: number[];
  until_deadline?: boolean;
}

/** How long things may take, in ms. */
export interface TimeoutFields {
  call_timeout?: number;
  idle?: number;
  deadline?: number;
}

/**
 * OpenAI's body. Fields that are not known here can be sent with the option `extraBody`.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat/create
 */
export interface OpenAIChatParams {
  model: string;
  messages: ChatCompletionMessageParam[];
  audio?: { format: string; voice: string | { id: string } } | null;
  frequency_penalty?: number | null;
  function_call?: 'none' | 'auto' | { name: string };
  functions?: FunctionDefinition[];
  logit_bias?: Record<string, number> | null;
  logprobs?: boolean | null;
  max_completion_tokens?: number | null;
  max_tokens?: number | null;
  /** Forwarded, and kept in clear on the record. */
  metadata?: Record<string, string> | null;
  modalities?: ('text' | 'audio')[] | null;
  moderation?: { model: string; policy?: object | null } | null;
  n?: number | null;
  parallel_tool_calls?: boolean;
  prediction?: { type: 'content'; content: string | ContentPartText[] } | null;
  presence_penalty?: number | null;
  prompt_cache_key?: string | null;
  prompt_cache_options?: object;
  prompt_cache_retention?: 'in_memory' | '24h' | null;
  reasoning_effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max' | null;
  response_format?: ResponseFormat;
  safety_identifier?: string | null;
  seed?: number | null;
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null;
  stop?: string | string[] | null;
  store?: boolean | null;
  /** Streams are not supported yet. */
  stream?: false | null;
  stream_options?: object | null;
  temperature?: number | null;
  tool_choice?: ToolChoice;
  tools?: ChatCompletionTool[];
  top_logprobs?: number | null;
  top_p?: number | null;
  user?: string;
  verbosity?: 'low' | 'medium' | 'high' | null;
  web_search_options?: object;
}

/** One message of the conversation. */
export type ChatCompletionMessageParam =
  | { role: 'developer' | 'system'; content: string | ContentPartText[]; name?: string }
  | { role: 'user'; content: string | ContentPart[]; name?: string }
  | ChatCompletionAssistantMessageParam
  | { role: 'tool'; content: string | ContentPartText[]; tool_call_id: string }
  | { role: 'function'; content: string | null; name: string };

/** Message that the model gave before; a {@link ChatCompletionMessage} can be sent back as it came. */
export interface ChatCompletionAssistantMessageParam {
  role: 'assistant';
  content?: string | (ContentPartText | { type: 'refusal'; refusal: string })[] | null;
  name?: string;
  refusal?: string | null;
  tool_calls?: ChatCompletionMessageToolCall[];
  audio?: { id: string } | null;
  function_call?: FunctionCall | null;
}

/** Text within a message. */
export interface ContentPartText {
  type: 'text';
  text: string;
  prompt_cache_breakpoint?: { mode: 'explicit' };
}

/** A part of a user's message: text, image, audio or file. */
export type ContentPart =
  | ContentPartText
  | {
      type: 'image_url';
      /** `https:` or `data:`. */
      image_url: { url: string; detail?: 'auto' | 'low' | 'high' };
      prompt_cache_breakpoint?: { mode: 'explicit' };
    }
  | {
      type: 'input_audio';
      /** `data` is base64. */
      input_audio: { data: string; format: 'wav' | 'mp3' };
      prompt_cache_breakpoint?: { mode: 'explicit' };
    }
  | {
      type: 'file';
      file: { file_data?: string; file_id?: string; filename?: string };
      prompt_cache_breakpoint?: { mode: 'explicit' };
    };

/** A tool that the model may call. */
export type ChatCompletionTool =
  | { type: 'function'; function: FunctionDefinition }
  | { type: 'custom'; custom: { name: string; description?: string; format?: object } };

/** A function; `parameters` is a JSON schema. */
export interface FunctionDefinition {
  name: string;
  description?: string;
  parameters?: Record<string, unknown>;
  strict?: boolean | null;
}

/** Choice of the tool that is called, if any. */
export type ToolChoice =
  | 'none'
  | 'auto'
  | 'required'
  | { type: 'function'; function: { name: string } }
  | { type: 'custom'; custom: { name: string } }
  | {
      type: 'allowed_tools';
      allowed_tools: { mode: 'auto' | 'required'; tools: Record<string, unknown>[] };
    };

/** The form of the answer; `schema` is a JSON schema. */
export type ResponseFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: {
        name: string;
        description?: string;
        schema?: Record<string, unknown>;
        strict?: boolean | null;
      };
    };
