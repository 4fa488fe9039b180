import { isUtf8 } from 'node:buffer';

import type { FormPart } from '@reqrun/platform/multipart';

import { ApiError } from '../../http/api-error.js';
import { isExtensionField, MAX_OWN_LENGTH } from './body-fields.js';

/** Our fields whose values are texts. Any other is written as JSON. */
const TEXTS: ReadonlySet<string> = new Set(['idempotency_key', 'on_lost']);
/** The member that a name with brackets stands for, as in `retry[on_codes][]`. */
const PATH = /^([a-z_]+)((?:\[[a-z][a-z_]{0,39}\]){0,3})(\[\])?$/;

/** Values of our fields, in the shape that they have in JSON. */
type Values = Record<string, unknown>;

/**
 * Tells whether a part holds a field of ours, or a member of one.
 *
 * @param name name of the part, such as `wait` or `retry[count]`
 */
export const isOwnPart = (name: string): boolean => isExtensionField(name.split('[', 1)[0] ?? '');

/**
 * Reads our fields of a form into the shape that they have in JSON. An object is one part with JSON, or a part for
 * each of its members, as the stock SDKs write it: `retry[count]`, `retry[on_codes][]`.
 *
 * @param body the body
 * @param parts its parts
 * @throws ApiError `invalid_value` naming the first field that is too long, no text, or given twice
 */
export function ownValues(body: Buffer, parts: readonly FormPart[]): Values {
  const values: Values = {};
  for (const part of parts) {
    if (isOwnPart(part.name)) {
      addValue(values, part, body);
    }
  }
  return values;
}

/**
 * Reads the text of a part.
 *
 * @param body the body
 * @param part the part
 * @returns null where it is not well-formed UTF-8
 */
export function textOf(body: Buffer, { dataStart, dataEnd }: FormPart): string | null {
  const bytes = body.subarray(dataStart, dataEnd);
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

function addValue(values: Values, part: FormPart, body: Buffer): void {
  const [, field = '', members = '', list] = PATH.exec(part.name) ?? [];
  const param = field === '' ? (part.name.split('[', 1)[0] ?? '') : field;
  const refuse = (what: string): ApiError =>
    new ApiError('invalid_value', { param, message: `${param} ${what}.` });
  if (part.dataEnd - part.dataStart > MAX_OWN_LENGTH) {
    throw refuse(`must not be longer than ${MAX_OWN_LENGTH} bytes`);
  }
  const text = textOf(body, part);
  if (text === null || field === '') {
    throw refuse(text === null ? 'must be well-formed UTF-8' : 'has a member that is not known');
  }
  const path = [field, ...[...members.matchAll(/\[(\w+)\]/g)].map(([, name]) => name ?? '')];
  const last = path.pop() ?? '';
  let at = values;
  for (const name of path) {
    at[name] = Object.hasOwn(at, name) ? at[name] : {};
    if (!isPlainObject(at[name])) {
      throw refuse('is given twice');
    }
    at = at[name];
  }
  const value = path.length === 0 && TEXTS.has(field) ? text : valueOf(text);
  const known = Object.hasOwn(at, last) ? at[last] : undefined;
  if (list !== undefined && (known === undefined || Array.isArray(known))) {
    at[last] = [...((known as unknown[] | undefined) ?? []), value];
  } else if (known === undefined) {
    at[last] = value;
  } else {
    throw refuse('is given twice');
  }
}

/** Reads a value that is written as JSON. Any other text is itself, and is judged as a text. */
function valueOf(text: string): unknown {
  // Python's clients write a boolean in its own spelling.
  const spelled = /^(?:true|false)$/i.test(text) ? text.toLowerCase() : text;
  try {
    return JSON.parse(spelled);
  } catch {
    return text;
  }
}

const isPlainObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
