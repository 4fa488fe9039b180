import { answerFor } from './answer.js';
import type { ChatRequest, Oddity } from './chat-request.js';
import { AudioAnswer } from './audio-answer.js';
import { completionOf, eventsOf } from './completion.js';

/** A good answer in pieces: one for a whole body, one per event for a stream. */
export interface PreparedAnswer {
  readonly contentType: string;
  readonly pieces: readonly (string | Buffer)[];
}

/**
 * Makes the answer in the form that the request asks for.
 *
 * @param kind as for {@link answerFor}
 * @param oddity way in which the answer is odd, where its endpoint knows it
 * @throws SchemaTooLarge when no answer can be made up for the request's JSON Schema
 */
export function prepare(
  chat: ChatRequest,
  kind: 'plain' | 'echo' | 'tools',
  oddity: Oddity | null = null,
): PreparedAnswer {
  const answer = answerFor(chat, kind);
  if (chat.render !== undefined) {
    return shown(chat.render(answer, oddity));
  }
  return chat.stream
    ? { contentType: 'text/event-stream; charset=utf-8', pieces: eventsOf(chat, answer) }
    : { contentType: 'application/json', pieces: [JSON.stringify(completionOf(chat, answer))] };
}

/** A body in pieces: bytes as they are, anything else as JSON. */
function shown(body: unknown): PreparedAnswer {
  return body instanceof AudioAnswer
    ? { contentType: body.contentType, pieces: [body.bytes] }
    : { contentType: 'application/json', pieces: [JSON.stringify(body)] };
}
