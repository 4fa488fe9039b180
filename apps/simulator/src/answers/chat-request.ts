import type { Generation } from '../endpoints/stored-responses.js';
import type { GenerationScript } from '../streams/generation-script.js';
import type { StreamEvent } from '../streams/stream-event.js';
import type { StreamPlan } from '../streams/stream-plan.js';
import type { Answer } from './answer-content.js';
import { isRecord } from './json.js';

/** A function that the caller offers to the model. */
export interface OfferedFunction {
  readonly name: string;
  /** Its JSON Schema, as it came. */
  readonly parameters: unknown;
}

/** Way in which an answer is odd; which of them an endpoint knows is its own matter. */
export type Oddity =
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'incomplete' | 'fewer' | 'twice' | 'forget' };

/** Fields that the simulator reads of a request; everything else is accepted unread. */
export interface ChatRequest {
  /**
   * Puts an answer into the shape of the endpoint that was called; absent for chat completions.
   *
   * @param answer content of the answer
   * @param oddity way in which it is odd; null for a good one
   * @param lastsMs duration of the generation, in ms, where it goes on in the background
   * @returns the body
   */
  readonly render?: (answer: Answer, oddity: Oddity | null, lastsMs?: number) => unknown;
  /** Whether the call is answered at once, while the answer is generated. */
  readonly isInBackground?: boolean;
  /**
   * Puts an answer into the events of the endpoint; absent for chat completions.
   *
   * @param answer content of the answer
   * @param traits ways in which the events are odd
   * @param oddity way in which the answer is odd; null for a good one
   */
  readonly events?: (
    answer: Answer,
    traits: StreamPlan['traits'],
    oddity: Oddity | null,
  ) => StreamEvent[];
  /**
   * Begins a response whose stream goes on whoever reads it: in the background; absent for any other call.
   *
   * @param answer content of the answer
   * @param oddity way in which it is odd; null for a good one
   * @param script its events, with their times
   */
  readonly generate?: (
    answer: Answer,
    oddity: Oddity | null,
    script: (events: StreamEvent[]) => GenerationScript,
  ) => Generation;
  /** Whether a stream ends with its last event, without `[DONE]`. */
  readonly endsItself?: boolean;
  readonly model: string;
  readonly messages: readonly unknown[];
  readonly stream: boolean;
  /** `stream_options.include_usage`. */
  readonly includeUsage: boolean;
  readonly functions: readonly OfferedFunction[];
  /** A function must be called: this one, or any if it is `true`. */
  readonly mustCall: string | boolean;
  /** `text`, any JSON object, or JSON for a schema. */
  readonly format:
    { readonly kind: 'text' | 'json' } | { readonly kind: 'schema'; readonly schema: unknown };
}

/** The parameter that keeps a body from being a request, in OpenAI's words. */
export interface MissingParameter {
  readonly missing: string;
}

/**
 * Reads a request body.
 *
 * @param body the parsed JSON
 * @returns the request, or which parameter is missing
 */
export function readChatRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = isRecord(body) ? body : {};
  const { model, messages, stream_options: options } = fields;
  if (typeof model !== 'string' || model === '') {
    return { missing: 'model' };
  }
  if (!Array.isArray(messages) || messages.length === 0) {
    return { missing: 'messages' };
  }
  return {
    model,
    messages,
    stream: fields['stream'] === true,
    includeUsage: isRecord(options) && options['include_usage'] === true,
    functions: offeredFunctions(fields['tools']),
    mustCall: mustCall(fields['tool_choice']),
    format: wantedFormat(fields['response_format']),
  };
}

/** The text of all messages, one per line; images and other parts have none. */
export function promptText(chat: ChatRequest): string {
  return chat.messages
    .flatMap((message) => (isRecord(message) ? textsOf(message['content']) : []))
    .join('\n');
}

/**
 * The texts of a content: one, or those of its parts.
 *
 * @param content as OpenAI's messages have it
 */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') {
    return [content];
  }
  return Array.isArray(content)
    ? content.flatMap((part: unknown) =>
        isRecord(part) && typeof part['text'] === 'string' ? [part['text']] : [],
      )
    : [];
}

function offeredFunctions(tools: unknown): OfferedFunction[] {
  return Array.isArray(tools)
    ? tools.flatMap((tool: unknown) => {
        const offered = isRecord(tool) ? tool['function'] : undefined;
        return isRecord(offered) && typeof offered['name'] === 'string'
          ? [{ name: offered['name'], parameters: offered['parameters'] }]
          : [];
      })
    : [];
}

function mustCall(choice: unknown): string | boolean {
  const named = isRecord(choice) ? choice['function'] : undefined;
  return isRecord(named) && typeof named['name'] === 'string'
    ? named['name']
    : choice === 'required';
}

function wantedFormat(format: unknown): ChatRequest['format'] {
  if (!isRecord(format)) {
    return { kind: 'text' };
  }
  if (format['type'] === 'json_schema') {
    const wrapper = format['json_schema'];
    return { kind: 'schema', schema: isRecord(wrapper) ? wrapper['schema'] : undefined };
  }
  return { kind: format['type'] === 'json_object' ? 'json' : 'text' };
}
