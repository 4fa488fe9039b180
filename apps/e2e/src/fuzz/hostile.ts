import fc from 'fast-check';

/** The parts of a schema from which values are generated. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Property names that every JavaScript object has. */
const PROTOTYPE_NAMES = ['constructor', '__proto__', 'toString', 'prototype', 'then', 'length'];

/** Values that are invalid for every field, as JSON, because some of them have no JavaScript value. */
const HOSTILE = [
  ...['null', '""', 'true', '[]', '{}', '-1', '0.5', '1e400', '-0', '9007199254740993', '[[]]'],
  ...['"\\u0000"', '"a\\u0000b@c"', '"\\ud800"', '"\\udfff@x"', '"\\u202e"', '"%00"', '"😀"'],
  ...['"2025-02-30"', '"0000-01-01"', '"+275760-09-13"', '"0.5"', '"constructor"', '"__proto__"'],
  ...PROTOTYPE_NAMES.flatMap((name) => [`{"${name}":1}`, `{"${name}":{"${name}":null}}`]),
  ...['[{"constructor":1}]', '[null,1,"a",{}]', '{"a":{"constructor":{"prototype":1}}}'],
  `${'['.repeat(40)}${']'.repeat(40)}`,
  `"${'x'.repeat(5_000)}"`,
  `{${Array.from({ length: 200 }, (_, index) => `"k${index}":1`).join(',')}}`,
  `[${Array.from({ length: 600 }, (_, index) => index).join(',')}]`,
  '1'.repeat(400),
];

/** JSON that no field expects. */
export const hostileJson = fc.constantFrom(...HOSTILE);

/** Percent-encoded texts for paths and queries, valid and invalid. */
export const hostilePart = fc.constantFrom(
  ...[
    '',
    '%00',
    'a%00b',
    '%ED%A0%80',
    '%zz',
    '%',
    '%FF',
    '..',
    '%2e%2e',
    '%2F',
    '%252F',
    '+',
    '%20',
  ],
  ...[
    'constructor',
    '__proto__',
    'null',
    '-1',
    '0.5',
    '1e9',
    '999999999999',
    '2025-02-30',
    '0000-01-01',
  ],
  ...[
    '%F0%9F%98%80',
    'x'.repeat(300),
    '%0d%0aX:%20y',
    "'",
    '"',
    '%3Cscript%3E',
    'a@b%00',
    '%ED%A0%80@x',
  ],
);

/** Names of query parameters that no route has. */
export const hostileName = fc.constantFrom(
  ...PROTOTYPE_NAMES,
  'x',
  '%00',
  'metadata.%00',
  'metadata.',
);

/**
 * Generates JSON texts for a schema: mostly valid ones, at its limits and just beyond them, and
 * occasionally unrelated ones.
 *
 * @param schema the schema
 * @param resolve returns a schema by its reference
 */
export function jsonOf(
  schema: Schema,
  resolve: (reference: string) => Schema,
): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: soundJson(schema, resolve) },
    { weight: 1, arbitrary: hostileJson },
  );
}

function soundJson(schema: Schema, resolve: (reference: string) => Schema): fc.Arbitrary<string> {
  if (schema.$ref !== undefined) {
    return soundJson(resolve(schema.$ref), resolve);
  }
  const [first] = schema.allOf ?? [];
  if (first !== undefined) {
    return soundJson(first, resolve);
  }
  if (schema.enum !== undefined) {
    return fc.constantFrom(...schema.enum.map((value) => JSON.stringify(value)));
  }
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 1_000 } = schema;
      return fc.constantFrom(
        ...[minimum - 1, minimum, minimum + 1, maximum - 1, maximum, maximum + 1].map(String),
      );
    }
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'array':
      return fc
        .array(jsonOf(schema.items ?? {}, resolve), { maxLength: 3 })
        .map((items) => `[${items.join(',')}]`);
    case 'object':
      return objectJson(schema, resolve);
    case 'string':
      return soundText(schema).map((text) => JSON.stringify(text));
    case undefined:
    default:
      return hostileJson;
  }
}

function objectJson(schema: Schema, resolve: (reference: string) => Schema): fc.Arbitrary<string> {
  const members = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const member = jsonOf(property, resolve).map((value) => `${JSON.stringify(name)}:${value}`);
    return fc.option(member, { nil: null, freq: schema.required?.includes(name) ? 9 : 1 });
  });
  const extra = fc.option(
    fc
      .tuple(fc.constantFrom(...PROTOTYPE_NAMES, 'x', '\\u0000', '\\ud800'), hostileJson)
      .map(([name, value]) => `"${name}":${value}`),
    { nil: null, freq: 1 },
  );
  const rare = fc.nat({ max: 5 }).chain((dice) => (dice === 0 ? extra : fc.constant(null)));
  return fc
    .tuple(...members, rare)
    .map((texts) => `{${texts.filter((text) => text !== null).join(',')}}`);
}

/** Generates texts of a format, or of any, up to one character beyond their maximum length. */
export function soundText({ format, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'date-time':
      return fc.constantFrom('2030-01-02T03:04:05Z', '2024-02-29', '9999-12-31T23:59:59Z', '1');
    case undefined:
    default:
      return fc.oneof(
        fc.constantFrom('sim/ok', 'a@example.com', 'failed', 'requests:read', 'a', ' '),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom(maxLength, maxLength + 1).map((length) => 'é'.repeat(length)),
      );
  }
}
