import type { ChatCompletionMessageToolCall, FunctionCall } from './chat-completion.js';

/** OpenAI's body of a chat completion, and ReqRun's own fields beside it. */
export interface ChatCompletionCreateParams extends OpenAIChatParams, ReqRunFields {}

/** ReqRun's own fields: checked by it, never forwarded to the provider. */
export interface ReqRunFields {
  /**
   * `true`: the call returns the answer. Otherwise it returns a handle as soon as it is accepted, or with `stream` the
   * stream; `false` is a handle in any case.
   */
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
  /**
   * ms per provider call; ms of silence within an answer; ms to the first token of a stream; ms from acceptance to
   * the end.
   */
  timeout?: TimeoutFields | null;
  /** Behavior when a worker died while the provider was called: `retry` by default. */
  on_lost?: 'retry' | 'fail' | null;
  /**
   * Up to three models that are called in order when the retries of the one before are used up, or cannot help. `[]`
   * switches those of the project off.
   */
  fallbacks?: Fallback[] | null;
  /**
   * Identical requests of the project get one answer, at most `ttl` old: 1 to 259,200 s, 1,800 by default. `null`
   * switches off what the project says.
   */
  cache?: CacheFields | null;
  /** Time at which a stream shows its frames: as they come (`live`, the default), or when the answer is whole. */
  stream_mode?: 'live' | 'buffered' | null;
  /** Whether the request is canceled when the connection of its stream closes before the end. */
  cancel_on_disconnect?: boolean | null;
  /** The same settings under other names. */
  orq?: {
    retries?: RetryFields;
    timeout?: TimeoutFields;
    fallbacks?: Fallback[];
    cache?: CacheFields | null;
  } | null;
}

/** A model that is called when the one before has failed. */
export interface Fallback {
  /** `provider/model`, or a model of the project's default provider. */
  model: string;
  /** A provider of the project; `model` is then taken as it is. */
  provider?: string;
  /** Members of the body that differ for this model; `null` leaves one out. */
  params?: Record<string, unknown>;
}

/** Rules about what is retried, and how often. */
export interface RetryFields {
  count?: number;
  on_codes?: number[];
  until_deadline?: boolean;
}

/** Use of answers to identical requests. */
export interface CacheFields {
  type: 'exact_match';
  /** How old an answer may be that is given again, in s. */
  ttl?: number;
}

/** How long things may take, in ms. */
export interface TimeoutFields {
  call_timeout?: number;
  idle?: number;
  ttft?: number;
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
  /** `true`: the call returns a stream of chunks. */
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null;
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
