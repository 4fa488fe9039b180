import type { FastifyRequest } from 'fastify';

import { BytesAnswer } from '../answers/bytes-answer.js';
import type { ChatRequest, MissingParameter } from '../answers/chat-request.js';
import { type Fields, fieldsOf, modelOf, plainRequest } from './fields.js';
import { imagesFor } from './small-endpoints.js';

/** Length of every recording, in seconds. */
const SECONDS = 2;

/**
 * Reads a form into its fields: texts, and files. It is Node's own reader, so that whatever ReqRun forwards has to
 * make sense to another program.
 *
 * @param request the call
 * @param body its bytes
 * @throws an error with `statusCode` 400 as a rejection when they are no form
 */
export async function readForm(request: FastifyRequest, body: Buffer | string): Promise<Fields> {
  const type = request.headers['content-type'] ?? '';
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- slow for large files, which do not matter here
    const form = await new Response(body, { headers: { 'content-type': type } }).formData();
    return Object.fromEntries(form.entries());
  } catch {
    throw Object.assign(new Error('The body is no form.'), { statusCode: 400 });
  }
}

/**
 * Reads a request for a transcription or a translation
 * (https://platform.openai.com/docs/api-reference/audio/createTranscription). The transcript is the sentence of every
 * answer, in the format that is asked for.
 *
 * @param body fields of the form
 */
export function readTranscriptionRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  if (typeof model !== 'string') {
    return model;
  }
  if (!(fields['file'] instanceof File)) {
    return { missing: 'file' };
  }
  return plainRequest(model, textsOf(fields['prompt']), ({ content }) =>
    transcriptOf(content ?? '', fields['response_format']),
  );
}

/**
 * Reads a request for an edit of images (https://platform.openai.com/docs/api-reference/images/createEdit). Every
 * image is a pixel.
 *
 * @param body fields of the form
 */
export function readImageEditRequest(body: unknown): ChatRequest | MissingParameter {
  const fields = fieldsOf(body);
  const model = modelOf(fields);
  const texts = textsOf(fields['prompt']);
  if (typeof model !== 'string') {
    return model;
  }
  if (!((fields['image'] ?? fields['image[]']) instanceof File)) {
    return { missing: 'image' };
  }
  if (texts.length === 0) {
    return { missing: 'prompt' };
  }
  return plainRequest(model, texts, () => imagesFor(fields));
}

const textsOf = (value: unknown): string[] =>
  typeof value === 'string' && value !== '' ? [value] : [];

/** A transcript in a format of OpenAI's. */
function transcriptOf(text: string, format: unknown): unknown {
  switch (format) {
    case 'text':
      return plainText(`${text}\n`);
    case 'srt':
      return plainText(`1\n00:00:00,000 --> 00:00:0${SECONDS},000\n${text}\n`);
    case 'vtt':
      return plainText(`WEBVTT\n\n00:00:00.000 --> 00:00:0${SECONDS}.000\n${text}\n`);
    case 'verbose_json':
      return {
        task: 'transcribe',
        language: 'english',
        duration: SECONDS,
        text,
        segments: [{ id: 0, start: 0, end: SECONDS, text }],
        usage: { type: 'duration', seconds: SECONDS },
      };
    default:
      return { text, usage: { type: 'duration', seconds: SECONDS } };
  }
}

const plainText = (text: string): BytesAnswer =>
  new BytesAnswer('text/plain; charset=utf-8', Buffer.from(text));
