import { type EndpointModule, invalid } from './endpoint-module.js';

/** First bytes of JSON and of a page of HTML, after white space. */
const TEXT_STARTS: ReadonlySet<string> = new Set(['{', '[', '<']);
/** Bytes that are looked at for the beginning of a text. */
const START_BYTES = 64;

/**
 * Answers with speech: audio in any format (https://platform.openai.com/docs/api-reference/audio/createSpeech).
 * No format of audio begins like JSON or like a page, so such a body is a failure that came as a success.
 */
export const speech: EndpointModule = {
  isAnswer: () => false,
  problemOf: () => invalid('wrong_shape'),
  usageOf: () => null,
  judgeBytes(body) {
    const [first = ''] = body.toString('latin1', 0, START_BYTES).trimStart();
    return TEXT_STARTS.has(first) ? null : { ok: true, usage: null };
  },
};
