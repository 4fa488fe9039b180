/** Facts of a part from its headers, as it is written: of their bytes, each a character. */
export interface PartHeaders {
  readonly name: string;
  readonly fileName: string | null;
  readonly contentType: string | null;
}

/** Reason for which the headers of a part are not taken. */
export type PartHeaderFault = 'headers_too_large' | 'invalid' | 'unnamed';

/** Most lines. Clients send two, or four with a length and an encoding. */
const MAX_LINES = 16;
/** A field name is a token (RFC 9110, 5.6.2); a line that begins with white space would continue the one before. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?=:)/;
/** A control character but a tab. No client sends one, and parsers differ about it. */
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;
const PARAMETER = /[ \t]*;[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/y;

/**
 * Reads the headers of a part (RFC 7578, 4.2). It takes only what has one reading: another parser must find the
 * same name, or a field of ours could travel on as something else.
 *
 * @param text the lines between a boundary and the blank line, each byte a character
 */
export function readPartHeaders(text: string): PartHeaders | PartHeaderFault {
  let disposition: string | null = null;
  let contentType: string | null = null;
  const lines = text.split('\r\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) {
    return 'headers_too_large';
  }
  for (const line of lines) {
    const [name = ''] = NAME.exec(line) ?? [];
    const value = withoutSpace(line.slice(name.length + 1));
    if (name === '' || name.startsWith('--') || CONTROL.test(value)) {
      return 'invalid';
    }
    const lower = name.toLowerCase();
    if (lower === 'content-disposition') {
      if (disposition !== null) {
        return 'invalid';
      }
      disposition = value;
    } else if (lower === 'content-type') {
      if (contentType !== null) {
        return 'invalid';
      }
      contentType = value;
    }
  }
  const named = disposition === null ? 'unnamed' : readDisposition(disposition);
  return typeof named === 'string' ? named : { ...named, contentType };
}

/** A text without the blanks and tabs around it. A regular expression would take quadratic time. */
function withoutSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x09;

function readDisposition(value: string): Omit<PartHeaders, 'contentType'> | PartHeaderFault {
  const [type = ''] = /^[A-Za-z-]+/.exec(value) ?? [];
  if (type.toLowerCase() !== 'form-data') {
    return 'invalid';
  }
  const found = new Map<string, string>();
  PARAMETER.lastIndex = type.length;
  for (let at = type.length; at < value.length; at = PARAMETER.lastIndex) {
    const match = PARAMETER.exec(value);
    const name = match?.[1]?.toLowerCase();
    if (match === null || name === undefined || found.has(name)) {
      return 'invalid';
    }
    found.set(name, match[2] ?? match[3] ?? '');
  }
  const name = found.get('name') ?? '';
  // RFC 7578, 4.2 forbids the encoded form of a name. Of a file it is only another spelling.
  if (found.has('name*')) {
    return 'invalid';
  }
  const file = found.get('filename') ?? null;
  const encoded = found.get('filename*');
  return name === ''
    ? 'unnamed'
    : { name, fileName: encoded === undefined ? file : `${file ?? ''}*${encoded}` };
}
