import { completions } from '../endpoints/completions.js';
import { ChoicesAssembly, type ChoiceShape } from './choices-assembly.js';
import { makeUpCompletion } from './made-up-chat.js';
import { isText } from './merge-delta.js';
import type { StreamModule } from './stream-module.js';

/** Chunks of completions, which have the shape of whole ones (https://platform.openai.com/docs/api-reference/completions/object). */
const shape: ChoiceShape = {
  whole: completions,
  object: 'text_completion',
  members: new Set(['text']),
  pieceOf(choice) {
    const text = choice['text'] ?? '';
    return isText(text) ? { text } : null;
  },
  says: ({ text }) => text !== '',
  toChoice: ({ text }) => ({ text: text ?? '' }),
};

/** Streams of completions. */
export const completionStream: StreamModule = {
  takesUsageOption: true,
  endsItself: false,
  read: (expectation) => new ChoicesAssembly(shape, expectation),
  makeUp: makeUpCompletion,
};
