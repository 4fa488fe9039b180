import type { ChatCompletion } from './chat-completion.js';
import type { ChatCompletionChunk } from './chat-completion-chunk.js';
import type { Completion } from './completions.js';
import type { Response, ResponseStreamEvent } from './responses.js';

/** A chunk of the stream of any endpoint. */
export type StreamChunk = ChatCompletionChunk | Completion | ResponseStreamEvent;

/**
 * The whole answer that the chunks of a stream are pieces of.
 *
 * @typeParam Chunk a chunk
 */
export type AnswerOf<Chunk extends StreamChunk> = [Chunk] extends [ChatCompletionChunk]
  ? ChatCompletion
  : [Chunk] extends [Completion]
    ? Completion
    : [Chunk] extends [ResponseStreamEvent]
      ? Response
      : ChatCompletion | Completion | Response;
