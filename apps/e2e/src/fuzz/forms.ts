import fc from 'fast-check';

import { jsonOf, type Schema } from './hostile.js';

const BOUNDARY = 'B';
/** Content type of the forms that are generated. */
export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
/** Content types of other forms, and of none. */
export const FORM_TYPES = [
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary="B"; boundary=C',
  'multipart/form-data; boundary=BB',
  'multipart/mixed; boundary=B',
];
/** Headers of a part that are no field's, or hardly. */
const HEADERS = [
  '',
  'x',
  'content-disposition: form-data',
  'content-disposition: form-data; name="',
  'content-disposition: form-data; name=""',
  'content-disposition: form-data; name="retry[__proto__][x]"',
  'content-disposition: form-data; name="retry[on_codes][]"',
  'content-disposition: form-data; name="timeout[constructor]"',
  'content-disposition: form-data; name="orq[retries][count]"',
  'content-disposition: form-data; name="wait"; filename="\xff\0"',
  `content-disposition: form-data; name="a"${' '.repeat(9_000)}`,
  'content-disposition: form-data; name="a"\r\nx:\r\n'.repeat(20),
];

/**
 * Generates forms for a schema: mostly its members, each a part, and occasionally broken ones.
 *
 * @param schema the schema of the form
 * @param resolve returns a schema by its reference
 * @returns bytes as latin1
 */
export function hostileForm(
  schema: Schema,
  resolve: (reference: string) => Schema,
): fc.Arbitrary<string> {
  const extra = fc
    .tuple(fc.constantFrom(...HEADERS), fc.constantFrom('', '1', '\xff', '{', `\r\n--${BOUNDARY}`))
    .map(([headers, content]) => partOf(headers, content));
  const rare = fc
    .nat({ max: 3 })
    .chain((dice) => fc.array(extra, { maxLength: dice === 0 ? 2 : 0 }));
  const whole = fc
    .tuple(jsonOf(schema, resolve), rare)
    .map(([json, more]) => `${fieldsOf(json)}${more.join('')}--${BOUNDARY}--\r\n`);
  const cut = fc.tuple(whole, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  return fc.oneof(
    { weight: 8, arbitrary: whole },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.constantFrom('', '--', '{}', '\r\n', `--${BOUNDARY}--`) },
  );
}

/** The parts for the members of an object. */
function fieldsOf(json: string): string {
  const value: unknown = JSON.parse(json);
  return Object.entries(typeof value === 'object' && value !== null ? value : {})
    .map(([name, member]) => {
      const text = typeof member === 'string' ? member : JSON.stringify(member);
      const bytes = Buffer.from(text).toString('latin1');
      return partOf(`content-disposition: form-data; name=${JSON.stringify(name)}`, bytes);
    })
    .join('');
}

const partOf = (headers: string, content: string): string =>
  `--${BOUNDARY}\r\n${headers}\r\n\r\n${content}\r\n`;
