import { answerFor } from './answer.js';
import type { ChatRequest } from './chat-request.js';
import { completionOf, eventsOf } from './completion.js';

/** A good answer in pieces: one for a whole body, one per event for a stream. */
export interface PreparedAnswer {
  readonly contentType: string;
  readonly pieces: readonly string[];
}

/**
 * Makes the answer in the form that the request asks for.
 *
 * @param kind as for {@link answerFor}
 * @throws SchemaTooLarge when no answer can be made up for the request's JSON Schema
 */
export function prepare(chat: ChatRequest, kind: 'plain' | 'echo' | 'tools'): PreparedAnswer {
  const answer = answerFor(chat, kind);
  return chat.stream
    ? { contentType: 'text/event-stream; charset=utf-8', pieces: eventsOf(chat, answer) }
    : { contentType: 'application/json', pieces: [JSON.stringify(completionOf(chat, answer))] };
}
