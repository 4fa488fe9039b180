import { chatCompletions } from '../endpoints/chat-completions.js';
import { isObject, type JsonObject } from '../endpoints/endpoint-module.js';
import { ChoicesAssembly, type ChoiceShape } from './choices-assembly.js';
import { makeUpChat } from './made-up-chat.js';
import { type Draft, isText } from './merge-delta.js';
import { RawString } from './raw-string.js';
import type { StreamModule } from './stream-module.js';

/** Name of the list in which the pieces of an audio's data are gathered. */
const AUDIO_PIECES = 'data_pieces';

/** Chunks of chat completions (https://platform.openai.com/docs/api-reference/chat-streaming). */
const shape: ChoiceShape = {
  whole: chatCompletions,
  object: 'chat.completion',
  members: new Set(['delta']),
  pieceOf(choice) {
    const delta = choice['delta'] ?? {};
    // A message in place of a delta would be lost, and the answer would look empty.
    return isObject(delta) && (choice['delta'] != null || !isObject(choice['message']))
      ? withAudioPieces(delta)
      : null;
  },
  says: (delta) =>
    Object.entries(delta).some(([name, value]) => name !== 'role' && !isNothing(value)),
  toChoice(draft) {
    const { role, content, audio, tool_calls: calls, ...rest } = draft;
    return {
      message: {
        role: role ?? 'assistant',
        content: content ?? null,
        ...rest,
        ...(Array.isArray(calls) && { tool_calls: wholeCalls(calls) }),
        ...(audio !== undefined && { audio: isObject(audio) ? wholeAudio(audio) : audio }),
      },
    };
  },
};

/** Streams of chat completions. */
export const chatStream: StreamModule = {
  takesUsageOption: true,
  endsItself: false,
  read: (expectation) => new ChoicesAssembly(shape, expectation),
  makeUp: makeUpChat,
};

const isNothing = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

const without = (given: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(given).filter(([other]) => other !== name));

/** Tool calls in the order of their indices, which a whole answer does not have. */
function wholeCalls(calls: readonly unknown[]): unknown[] {
  const placeOf = (call: unknown): number =>
    isObject(call) && typeof call['index'] === 'number' ? call['index'] : Infinity;
  return [...calls]
    .sort((one, other) => (placeOf(one) === placeOf(other) ? 0 : placeOf(one) - placeOf(other)))
    .map((call) => {
      if (!isObject(call)) {
        return call;
      }
      return without(call, 'index');
    });
}

/** The delta with the data of its audio as an entry of a list: base64 can't be continued behind its padding. */
function withAudioPieces(delta: JsonObject): JsonObject {
  const audio = delta['audio'];
  if (!isObject(audio) || !isText(audio['data'])) {
    return delta;
  }
  const { data, ...rest } = audio;
  return { ...delta, audio: { ...rest, [AUDIO_PIECES]: [data] } };
}

function wholeAudio(audio: JsonObject): Draft {
  const { [AUDIO_PIECES]: pieces, ...rest } = audio;
  return Array.isArray(pieces)
    ? { ...rest, data: joinBase64(pieces as (RawString | string)[]) }
    : rest;
}

function joinBase64(pieces: readonly (RawString | string)[]): string {
  const texts = pieces.map((piece) =>
    piece instanceof RawString ? piece.toBytes().toString('latin1').replaceAll('\\/', '/') : piece,
  );
  return texts.slice(0, -1).some((text) => text.endsWith('='))
    ? Buffer.concat(texts.map((text) => Buffer.from(text, 'base64'))).toString('base64')
    : texts.join('');
}
