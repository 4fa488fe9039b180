import { isObject, type JsonObject } from '../endpoints/endpoint-module.js';
import type { MadeUpEvent } from './stream-module.js';

/** Members that each chunk repeats, as OpenAI's do. */
const IN_EACH: readonly string[] = ['id', 'created', 'model', 'service_tier', 'system_fingerprint'];
/** Members of a message that have an event of their own. */
const OWN_EVENT: ReadonlySet<string> = new Set(['role', 'content', 'tool_calls']);

/** The choice of a chunk, less its index. */
type Piece = JsonObject;

/**
 * The events of a stream that says what a whole chat completion says: for each choice its role, what else its
 * message has, its content, its tool calls and its finish reason, one event each, and then the usage.
 *
 * @param body the parsed answer
 */
export const makeUpChat = (body: JsonObject): MadeUpEvent[] =>
  eventsOf(body, 'chat.completion.chunk', (choice) => {
    const { message: given, finish_reason: reason, logprobs, ...others } = withoutIndex(choice);
    const message = isObject(given) ? given : {};
    const calls = Array.isArray(message['tool_calls']) ? (message['tool_calls'] as unknown[]) : [];
    const { content } = message;
    const rest = Object.fromEntries(
      Object.entries(message).filter(([name]) => !OWN_EVENT.has(name)),
    );
    // Null says that there is none: it goes with the role, as in OpenAI's streams.
    const nulls = Object.entries(rest).filter(([, value]) => value === null);
    const values = Object.entries(rest).filter(([, value]) => value !== null);
    const role = { role: message['role'] ?? 'assistant', ...Object.fromEntries(nulls) };
    const finish = typeof reason === 'string' ? reason : calls.length > 0 ? 'tool_calls' : 'stop';
    const pieces: Piece[] = [
      { delta: content == null ? { ...role, content: null } : role },
      ...(values.length > 0 ? [{ delta: Object.fromEntries(values) }] : []),
      ...(content == null ? [] : [{ delta: { content } }]),
      ...calls.map((call, place) => ({
        delta: { tool_calls: [isObject(call) ? { ...call, index: place } : call] },
      })),
    ];
    return [
      ...pieces.map((piece) => ({ ...piece, finish_reason: null })),
      { delta: {}, ...(logprobs !== undefined && { logprobs }), finish_reason: finish, ...others },
    ];
  });

/**
 * The events of a stream that says what a whole completion says: for each choice its text and its finish reason,
 * and then the usage.
 *
 * @param body the parsed answer
 */
export const makeUpCompletion = (body: JsonObject): MadeUpEvent[] =>
  eventsOf(body, 'text_completion', (choice) => {
    const { text, finish_reason: reason, logprobs, ...others } = withoutIndex(choice);
    return [
      { text, ...(logprobs !== undefined && { logprobs }), finish_reason: null },
      { text: '', finish_reason: typeof reason === 'string' ? reason : 'stop', ...others },
    ];
  });

const withoutIndex = (choice: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(choice).filter(([name]) => name !== 'index'));

function eventsOf(
  body: JsonObject,
  object: string,
  piecesOf: (choice: JsonObject) => readonly Piece[],
): MadeUpEvent[] {
  const { choices, usage, ...members } = body;
  const repeated = Object.fromEntries(
    IN_EACH.filter((name) => members[name] !== undefined).map((name) => [name, members[name]]),
  );
  const once = Object.fromEntries(
    Object.entries(members).filter(([name]) => repeated[name] === undefined && name !== 'object'),
  );
  const pieces = (Array.isArray(choices) ? (choices as unknown[]) : [])
    .filter(isObject)
    .flatMap((choice, place) =>
      piecesOf(choice).map((piece) => ({ index: choice['index'] ?? place, ...piece })),
    );
  const chunks: JsonObject[] = pieces.map((piece) => ({ choices: [piece] }));
  if (isObject(usage)) {
    chunks.push({ choices: [], usage });
  }
  return chunks.map((chunk, place) => ({
    type: null,
    data: JSON.stringify({ ...repeated, object, ...(place === 0 && once), ...chunk }),
  }));
}
