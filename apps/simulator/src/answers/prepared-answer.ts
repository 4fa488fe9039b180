import { NO_TRAITS, printEvent, type StreamEvent } from '../streams/stream-event.js';
import type { StreamPlan } from '../streams/stream-plan.js';
import type { Answer } from './answer-content.js';
import { answerFor } from './answer.js';
import type { ChatRequest, Oddity } from './chat-request.js';
import { BytesAnswer } from './bytes-answer.js';
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
 * @param lastsMs duration of the generation, in ms, where it goes on in the background
 * @param answer content of the answer; the usual one of its kind by default
 * @throws SchemaTooLarge when no answer can be made up for the request's JSON Schema
 */
export function prepare(
  chat: ChatRequest,
  kind: 'plain' | 'echo' | 'tools',
  oddity: Oddity | null = null,
  lastsMs = 0,
  answer: Answer = answerFor(chat, kind),
): PreparedAnswer {
  if (chat.stream) {
    return {
      contentType: EVENT_STREAM,
      pieces: [
        ...streamEventsOf(chat, answer, NO_TRAITS, oddity).map((event) =>
          printEvent(event, NO_TRAITS),
        ),
        ...(chat.endsItself === true ? [] : [DONE]),
      ],
    };
  }
  if (chat.render !== undefined) {
    return shown(chat.render(answer, oddity, lastsMs));
  }
  return shown(completionOf(chat, answer));
}

/** Content type of a stream. */
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** End of a stream of chunks. */
export const DONE = 'data: [DONE]\n\n';

/**
 * The events of an answer, in the shape of the endpoint that was called.
 *
 * @param chat the request
 * @param answer content of the answer
 * @param traits ways in which they are odd
 * @param oddity way in which the answer is odd, where its endpoint knows it
 */
export const streamEventsOf = (
  chat: ChatRequest,
  answer: Answer,
  traits: StreamPlan['traits'] = NO_TRAITS,
  oddity: Oddity | null = null,
): StreamEvent[] => chat.events?.(answer, traits, oddity) ?? eventsOf(chat, answer, traits);

/** A body in pieces: bytes as they are, anything else as JSON. */
function shown(body: unknown): PreparedAnswer {
  return body instanceof BytesAnswer
    ? { contentType: body.contentType, pieces: [body.bytes] }
    : { contentType: 'application/json', pieces: [JSON.stringify(body)] };
}
