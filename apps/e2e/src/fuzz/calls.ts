import fc from 'fast-check';

import { FORM_TYPE, FORM_TYPES, hostileForm } from './forms.js';
import {
  hostileJson,
  hostileName,
  hostilePart,
  jsonOf,
  type Schema,
  soundText,
} from './hostile.js';

/** The parts of the OpenAPI document from which calls are generated. */
export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A method of a path. */
export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; schema?: Schema }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

/** A call to send. */
export interface FuzzCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes as latin1, so that a failing call is readable. */
  readonly body: string | null;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Returns every operation of the document, e.g. `GET /admin/people`. */
export function operationsOf(document: Document): (readonly [string, Operation])[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation === undefined
        ? []
        : [[`${method.toUpperCase()} ${path}`, operation] as const];
    }),
  );
}

/**
 * Generates calls of an operation.
 *
 * @param path path of the operation, with names in braces
 * @param operation its description in the document
 * @param document document with the referenced schemas
 * @param known values of names in the path for which an object exists
 */
export function callsOf(
  path: string,
  operation: Operation,
  document: Document,
  known: Readonly<Record<string, string>>,
): fc.Arbitrary<FuzzCall> {
  const resolve = (reference: string): Schema =>
    document.components.schemas[reference.replace('#/components/schemas/', '')] ?? {};
  const [type = 'application/json', { schema } = {}] =
    Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const isForm = type === 'multipart/form-data';
  return fc.record({
    path: fc
      .tuple(pathOf(path, known), queryOf(operation))
      .map(([made, query]) => `${made}${query}`),
    headers: headersOf(operation, isForm ? FORM_TYPE : type),
    body: isForm && schema !== undefined ? hostileForm(schema, resolve) : bodyOf(schema, resolve),
  });
}

function pathOf(path: string, known: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const parts = path
    .split(/\{(\w+)\}/)
    .map((part, index) =>
      index % 2 === 0
        ? fc.constant(part)
        : fc.oneof(
            { weight: 4, arbitrary: fc.constant(known[part] ?? '') },
            { weight: 1, arbitrary: fc.uuid() },
            { weight: 1, arbitrary: hostilePart },
          ),
    );
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<string> {
  const value = (schema: Schema): fc.Arbitrary<string> =>
    fc.oneof(
      hostilePart,
      soundText(schema).map((text) => encodeURIComponent(text.toWellFormed())),
    );
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema = {} }) =>
      value(schema).map((text) => `${name.replace('{key}', 'a')}=${text}`),
    );
  const strange = fc.tuple(hostileName, hostilePart).map(([name, text]) => `${name}=${text}`);
  return fc
    .array(pairs.length === 0 ? strange : fc.oneof(...pairs, ...pairs, strange), { maxLength: 3 })
    .map((texts) => (texts.length === 0 ? '' : `?${texts.join('&')}`));
}

function headersOf(
  { parameters = [] }: Operation,
  usual: string,
): fc.Arbitrary<Record<string, string>> {
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=utf-16',
  ];
  const texts = fc.constantFrom(
    '',
    '"',
    '"k',
    'ÿ',
    'wait=0',
    'wait=soon',
    'x'.repeat(300),
    'a,b',
    '{}',
  );
  const named = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) => fc.tuple(fc.constant(name.toLowerCase()), texts));
  const others = fc.tuple(fc.constantFrom('content-encoding', 'accept', 'x-y', 'range'), texts);
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(usual) },
        {
          weight: 1,
          arbitrary: fc.constantFrom(...types, ...FORM_TYPES, 'text/plain', 'a', ''),
        },
      ),
      fc
        .nat({ max: 3 })
        .chain((dice) => fc.array(fc.oneof(others, ...named), { maxLength: dice === 0 ? 2 : 0 })),
    )
    .map(([type, pairs]) => ({ 'content-type': type, ...Object.fromEntries(pairs) }));
}

function bodyOf(
  schema: Schema | undefined,
  resolve: (reference: string) => Schema,
): fc.Arbitrary<string | null> {
  const strange = fc.oneof(
    hostileJson,
    fc.constantFrom('', '{', '{"a":1,}', '\xff\xfe', '{"a":"\xff"}', '\xef\xbb\xbf{}', '{} {}'),
    fc.constantFrom(`${'['.repeat(4_000)}${']'.repeat(4_000)}`, '{"a":'.repeat(4_000)),
  );
  return schema === undefined
    ? fc.option(strange, { nil: null, freq: 1 })
    : fc.oneof(
        {
          weight: 9,
          arbitrary: jsonOf(schema, resolve).map((text) => Buffer.from(text).toString('latin1')),
        },
        { weight: 1, arbitrary: strange },
      );
}
