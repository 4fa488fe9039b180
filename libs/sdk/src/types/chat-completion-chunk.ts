import type {
  ChatCompletionChoice,
  ChatCompletionTokenLogprob,
  CompletionUsage,
} from './chat-completion.js';
import type { OpenAIChatCompletionChunk, OpenAIOr } from './openai.js';

/** A piece of a streamed chat completion. It has OpenAI's own type where its package is installed. */
export type ChatCompletionChunk = OpenAIOr<OpenAIChatCompletionChunk, Chunk>;

/** A piece of a streamed chat completion. */
interface Chunk {
  id: string;
  object: 'chat.completion.chunk';
  /** Unix seconds. */
  created: number;
  model: string;
  /** Empty in a chunk that has the usage alone. */
  choices: ChunkChoice[];
  usage?: CompletionUsage | null;
  service_tier?: 'auto' | 'default' | 'flex' | 'scale' | 'priority' | null;
  system_fingerprint?: string;
}

interface ChunkChoice {
  index: number;
  delta: ChunkDelta;
  /** Null until the last chunk of the choice. */
  finish_reason: ChatCompletionChoice['finish_reason'] | null;
  logprobs?: {
    content: ChatCompletionTokenLogprob[] | null;
    refusal: ChatCompletionTokenLogprob[] | null;
  } | null;
}

/** Additions of a chunk to the message of the model. */
interface ChunkDelta {
  role?: 'developer' | 'system' | 'user' | 'assistant' | 'tool';
  content?: string | null;
  refusal?: string | null;
  /** Pieces of calls: those with one `index` belong together. */
  tool_calls?: {
    index: number;
    id?: string;
    type?: 'function';
    function?: { name?: string; arguments?: string };
  }[];
}
