import { SchemaTooLarge, sampleOf } from './schema-sample.js';

describe('sampleOf', () => {
  it.each([
    [{ type: 'string' }, 'simulated'],
    [{ type: 'string', minLength: 12 }, 'simulated...'],
    [{ type: 'string', maxLength: 3 }, 'sim'],
    [{ type: 'string', format: 'date' }, '2026-01-01'],
    [{ type: 'integer' }, 1],
    [{ type: 'integer', minimum: 5 }, 5],
    [{ type: 'integer', exclusiveMaximum: 0 }, -1],
    [{ type: 'integer', minimum: 10, multipleOf: 7 }, 14],
    [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 0.5],
    [{ type: 'boolean' }, true],
    [{ type: 'null' }, null],
    [{ type: ['integer', 'null'] }, 1],
    [{ enum: ['red', 'green'] }, 'red'],
    [{ const: 7 }, 7],
    [{ type: 'array', items: { type: 'integer' } }, [1]],
    [{ type: 'array', items: { type: 'integer' }, minItems: 3 }, [1, 1, 1]],
    [{ type: 'array', items: { type: 'integer' }, maxItems: 0 }, []],
    [{ anyOf: [{ type: 'integer' }, { type: 'null' }] }, 1],
    [{ type: 'object', required: ['a'] }, { a: 'simulated' }],
    [{ properties: { a: { type: 'boolean' } } }, { a: true }],
    [
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'integer' } } },
          { properties: { b: { type: 'null' } } },
        ],
      },
      { a: 1, b: null },
    ],
    [
      {
        type: 'object',
        properties: { one: { $ref: '#/$defs/a~1b' } },
        $defs: { 'a/b': { type: 'object', properties: { n: { enum: [2] } } } },
      },
      { one: { n: 2 } },
    ],
    [{}, 'simulated'],
    [undefined, 'simulated'],
  ])('makes a value that fits %j', (schema, value) => {
    expect(sampleOf(schema)).toEqual(value);
  });

  it('keeps a property named __proto__ a property', () => {
    const schema: unknown = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"boolean"}}}',
    );
    expect(JSON.stringify(sampleOf(schema))).toBe('{"__proto__":true}');
  });

  it('comes to an end with recursive schemas that allow one', () => {
    const list = {
      type: 'object',
      properties: {
        value: { type: 'integer' },
        next: { anyOf: [{ $ref: '#' }, { type: 'null' }] },
        children: { type: 'array', items: { $ref: '#' } },
      },
      required: ['value', 'next', 'children'],
    };
    expect(sampleOf(list)).toMatchObject({ value: 1, next: { value: 1 } });
  });

  it.each([
    ['never ends', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }],
    ['refers to itself', { $ref: '#' }],
    ['wants a million items', { type: 'array', items: {}, minItems: 1_000_000 }],
    ['wants a string of a gigabyte', { type: 'string', minLength: 1e9 }],
  ])('refuses a schema that %s', (_what, schema) => {
    expect(() => sampleOf(schema)).toThrow(SchemaTooLarge);
  });
});
