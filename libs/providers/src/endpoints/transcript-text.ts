import { isUtf8 } from 'node:buffer';

const BYTE_ORDER_MARK = '\uFEFF';
/** Characters that are looked at for the beginning of a text. */
const START_LENGTH = 1024;
/** Bytes of them: a character has up to four. */
const START_BYTES = 4 * START_LENGTH;
/** Beginning of a page, as a proxy sends it. A transcript may begin with `<` too, as in `<noise>`. */
const PAGE =
  /^<(?:!doctype\b|!--|\?xml\b|(?:html|head|body|title|meta|style|script|center|div|pre|h[1-6]|p|a)[\s/>])/i;
/** First cue of subtitles: its number, and its times. */
const FIRST_CUE = /^\d+[ \t]*\r?\n\s*(?:\d+:)?\d+:\d+[,.]\d+[ \t]*-->/;

/**
 * Tells whether an answer that is not JSON is a transcript in the format that was asked for
 * (https://platform.openai.com/docs/api-reference/audio/createTranscription). A recording without speech has a
 * transcript of white space.
 *
 * @param body bytes of the answer, decoded
 * @param format value of `response_format`
 */
export function isTranscriptText(body: Buffer, format: string): boolean {
  if (body.includes(0) || !isUtf8(body)) {
    return false;
  }
  const text = body.toString('utf8', 0, START_BYTES);
  const start = (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).trimStart();
  switch (format) {
    case 'vtt':
      // W3C WebVTT, 4.1: the signature, then the end or white space.
      return /^WEBVTT(?:\s|$)/.test(start);
    case 'srt':
      return start === '' || FIRST_CUE.test(start);
    default:
      return !PAGE.test(start);
  }
}
