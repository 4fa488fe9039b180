import type { ReqRunFields } from './chat-params.js';
import type { EndpointHandle } from './endpoint.js';
import type { OpenAIEmbeddingParams, OpenAIEmbeddingResponse, OpenAIOr } from './openai.js';

/**
 * OpenAI's body of a request for embeddings, and ReqRun's own fields. The body has OpenAI's own type where its
 * package is installed.
 */
export type EmbeddingCreateParams = OpenAIOr<OpenAIEmbeddingParams, EmbeddingParams> & ReqRunFields;

/** OpenAI's embeddings. They have OpenAI's own type where its package is installed. */
export type EmbeddingResponse = OpenAIOr<OpenAIEmbeddingResponse, EmbeddingList>;

interface EmbeddingParams {
  model: string;
  /** A text, texts, the tokens of a text, or token arrays. */
  input: string | string[] | number[] | number[][];
  encoding_format?: 'float' | 'base64';
  dimensions?: number;
  user?: string;
}

/** OpenAI's embeddings, as the provider answered them. */
interface EmbeddingList {
  object: 'list';
  data: Embedding[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
}

/** One embedding: numbers, or base64 of little-endian floats where that was asked for. */
export interface Embedding {
  object: 'embedding';
  index: number;
  embedding: number[] | string;
}

/** The handle of a request for embeddings that has not ended. */
export type EmbeddingAsync = EndpointHandle<'embedding.async'>;
