import type { SentHeaders } from './client.js';

/** A field of a form: its name, its content, and the name of a file. */
export interface FormField {
  readonly name: string;
  readonly content: Buffer | string;
  readonly fileName?: string;
  readonly type?: string;
}

/** A form as it is sent. */
export interface SentForm {
  readonly body: Buffer;
  readonly headers: SentHeaders;
}

/**
 * Builds a form, written as browsers write it.
 *
 * @param fields its fields, in their order
 * @param boundary the boundary
 */
export function formOf(fields: readonly FormField[], boundary = 'xYzZY'): SentForm {
  const parts = fields.flatMap(({ name, content, fileName, type }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
      (fileName === undefined ? '' : `; filename="${fileName}"`) +
      (type === undefined ? '' : `\r\nContent-Type: ${type}`) +
      '\r\n\r\n',
    content,
    '\r\n',
  ]);
  return {
    body: Buffer.concat(
      [...parts, `--${boundary}--\r\n`].map((part) =>
        typeof part === 'string' ? Buffer.from(part) : part,
      ),
    ),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/**
 * The fields of a recording that is to be transcribed.
 *
 * @param model name of the model, which has the simulator's script
 * @param more further fields, as texts
 */
export const recording = (
  model: string,
  more: Readonly<Record<string, string>> = {},
): FormField[] => [
  { name: 'file', content: AUDIO, fileName: 'a recording.mp3', type: 'audio/mpeg' },
  { name: 'model', content: model },
  ...Object.entries(more).map(([name, content]) => ({ name, content })),
];

/** Bytes that are no text, and that hold what looks like a boundary. */
export const AUDIO = Buffer.concat([
  Buffer.from('ID3\r\n--xYzZ\r\n\r\n--'),
  Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
]);
