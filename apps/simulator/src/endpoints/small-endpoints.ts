import { toneOf } from '../answers/audio-answer.js';
import type { Answer } from '../answers/answer-content.js';
import type { ChatRequest, MissingParameter } from '../answers/chat-request.js';
import { completionEvents } from '../streams/completion-events.js';
import { fieldsOf, inputsOf, modelOf, newId, nowSeconds, plainRequest } from './fields.js';

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/**
 * Reads a request for a completion (https://platform.openai.com/docs/api-reference/completions/create).
 *
 * @param body the parsed JSON
 */
export function readCompletionRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  const texts = inputsOf(fields['prompt']);
  if (typeof model !== 'string') {
    return model;
  }
  if (texts === null) {
    return { missing: 'prompt' };
  }
  const bodyOf = ({ content }: Answer) => ({
    id: newId('cmpl'),
    object: 'text_completion',
    created: nowSeconds(),
    model,
    choices: texts.map((_text, index) => ({
      text: content ?? '',
      index,
      logprobs: null,
      finish_reason: 'stop',
    })),
    usage: { prompt_tokens: texts.length, completion_tokens: 10, total_tokens: texts.length + 10 },
  });
  const options = fieldsOf(fields['stream_options']);
  const includeUsage = options['include_usage'] === true;
  return {
    ...plainRequest(model, texts, bodyOf),
    stream: fields['stream'] === true,
    includeUsage,
    events: (answer, traits) => completionEvents(bodyOf(answer), answer, traits, includeUsage),
  };
}

/**
 * Reads a request for a moderation (https://platform.openai.com/docs/api-reference/moderations/create). Nothing is
 * ever flagged.
 *
 * @param body the parsed JSON
 */
export function readModerationRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields, 'omni-moderation-latest');
  const texts = inputsOf(fields['input']);
  if (typeof model !== 'string') {
    return model;
  }
  if (texts === null) {
    return { missing: 'input' };
  }
  return plainRequest(model, texts, () => ({
    id: newId('modr'),
    model,
    results: texts.map(() => ({
      flagged: false,
      categories: { violence: false },
      category_scores: { violence: 0.001 },
    })),
  }));
}

/**
 * Reads a request for speech (https://platform.openai.com/docs/api-reference/audio/createSpeech). Every answer is a
 * WAV file, whatever format is asked for.
 *
 * @param body the parsed JSON
 */
export function readSpeechRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  const texts = inputsOf(fields['input']);
  if (typeof model !== 'string') {
    return model;
  }
  if (texts === null) {
    return { missing: 'input' };
  }
  return plainRequest(model, texts, () => toneOf(texts.join(' ')));
}

/**
 * Reads a request for images (https://platform.openai.com/docs/api-reference/images/create). Every image is a
 * pixel.
 *
 * @param body the parsed JSON
 */
export function readImageRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields, 'dall-e-2');
  const texts = inputsOf(fields['prompt']);
  if (typeof model !== 'string') {
    return model;
  }
  if (texts === null) {
    return { missing: 'prompt' };
  }
  return plainRequest(model, texts, () => imagesFor(fields));
}

/**
 * The images of an answer, as many and in the form that a request asks for.
 *
 * @param fields fields of its body; those of a form are texts
 */
export function imagesFor(fields: ReturnType<typeof fieldsOf>): object {
  const count = Math.min(10, Math.max(1, Number(fields['n']) || 1));
  const isUrl = fields['response_format'] === 'url';
  return {
    created: nowSeconds(),
    data: Array.from({ length: count }, () =>
      isUrl ? { url: 'https://images.invalid/pixel.png' } : { b64_json: PIXEL },
    ),
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  };
}
