import { isSpace } from '@reqrun/platform/json';
import { boundaryOf, scanMultipart } from '@reqrun/platform/multipart';

import { type EndpointModule, invalid, topLevelUsage } from './endpoint-module.js';
import { isTranscriptText } from './transcript-text.js';

/** Formats of answers that are JSON. */
const JSON_FORMATS: ReadonlySet<string> = new Set(['json', 'verbose_json', 'diarized_json']);
const DEFAULT_FORMAT = 'json';
/** Longest name of a format that is read, in bytes. */
const MAX_FORMAT_BYTES = 64;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/**
 * Answers with a transcript: JSON with a `text`, or a text in one of several formats
 * (https://platform.openai.com/docs/api-reference/audio/json-object). Some providers answer with JSON whatever
 * format is asked for; that is a result too, since another call would say the same.
 *
 * @param format value of `response_format`
 */
const transcriptionsIn = (format: string): EndpointModule => ({
  forRequest: async (body, contentType) => transcriptionsIn(await formatOf(body, contentType)),
  isAnswer: ({ text }) => typeof text === 'string',
  problemOf: ({ text }) => (typeof text === 'string' ? null : invalid('wrong_shape')),
  usageOf: topLevelUsage,
  judgeBytes(body) {
    if (JSON_FORMATS.has(format) || isJson(body)) {
      return null;
    }
    return isTranscriptText(body, format) ? { ok: true, usage: null } : invalid('wrong_shape');
  },
});

/** Answers with transcripts to any request. */
export const transcriptions: EndpointModule = transcriptionsIn(DEFAULT_FORMAT);

/** Reads the format that a request asks for; the one by default where it names none. */
async function formatOf(body: Buffer, contentType: string | undefined): Promise<string> {
  const boundary = boundaryOf(contentType);
  if (boundary === null) {
    return DEFAULT_FORMAT;
  }
  const { parts } = await scanMultipart(body, boundary);
  const part = parts.find(({ name }) => name === 'response_format');
  if (part === undefined) {
    return DEFAULT_FORMAT;
  }
  const { dataStart, dataEnd } = part;
  const format = body.toString(
    'latin1',
    dataStart,
    Math.min(dataEnd, dataStart + MAX_FORMAT_BYTES),
  );
  return format === '' ? DEFAULT_FORMAT : format;
}

/** Whether a body is meant to be JSON. No transcript begins with a brace, but some do with `[Music]`. */
function isJson(body: Buffer): boolean {
  let at = 0;
  while (isSpace(body[at])) {
    at += 1;
  }
  if (body[at] !== OPEN_BRACKET) {
    return body[at] === OPEN_BRACE;
  }
  try {
    JSON.parse(body.toString('utf8', at));
    return true;
  } catch {
    return false;
  }
}
