import 'reflect-metadata';

import { NewBulkRetry, toBulkFilter } from '../admin/requests/bulk-retry.dto.js';
import { readRequestQuery } from '../admin/requests/request-query.dto.js';
import { SignInDto } from '../admin/session/sign-in.dto.js';
import { ListQuery } from '../v1/requests/list-query.dto.js';
import { ApiError } from './api-error.js';
import { validate, validateQuery } from './validate.js';

function refusalOf(check: () => unknown): { code: string; param: string | null } {
  try {
    check();
  } catch (error) {
    if (error instanceof ApiError) {
      return { code: error.code, param: error.body.error.param };
    }
    throw error;
  }
  throw new Error('it was taken');
}

/** Input as JSON.parse creates it: `__proto__` is a member like any other. */
const parsed = (text: string): object => JSON.parse(text) as object;
const query = (parameters: Record<string, unknown>): object =>
  Object.assign(Object.create(null) as object, parameters);

describe('a body that is checked', () => {
  it.each([
    ['{"email":{"constructor":1}}', 'invalid_value', 'email'],
    ['{"email":{"then":1,"constructor":{"prototype":1}}}', 'invalid_value', 'email'],
    ['{"email":[{"constructor":1}]}', 'invalid_value', 'email'],
    ['{"email":"a@example.com\\u0000"}', 'invalid_value', 'email'],
    ['{"email":"\\ud800@example.com"}', 'invalid_value', 'email'],
    ['{"constructor":1}', 'unsupported_parameter', 'constructor'],
    ['{"__proto__":{}}', 'unsupported_parameter', '__proto__'],
    ['{"toString":1}', 'unsupported_parameter', 'toString'],
    ['{"\\ud800":1}', 'unsupported_parameter', '\ufffd'],
  ])('%s is refused by name', (text, code, param) => {
    const rest = { password: 'p'.repeat(12), email: 'a@example.com' };
    const input = Object.defineProperties(
      { ...rest },
      Object.getOwnPropertyDescriptors(parsed(text)),
    );
    expect(refusalOf(() => validate(SignInDto, input))).toEqual({ code, param });
  });

  it('is refused for its first unknown field, and a name is not repeated at any length', () => {
    const { param } = refusalOf(() => validate(SignInDto, { ['n'.repeat(1_000)]: 1, m: 2 }));
    expect(param).toBe(`${'n'.repeat(64)}…`);
  });

  it('with 80,000 unknown fields none but the first is looked at', () => {
    let looked = 0;
    const many = Object.fromEntries(Array.from({ length: 80_000 }, (_, index) => [`k${index}`, 1]));
    const watched = new Proxy(many, {
      get: (target, name) => {
        looked += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    expect(refusalOf(() => validate(SignInDto, watched)).param).toBe('k0');
    expect(looked).toBe(0);
  });
});

describe('pairs of metadata in a filter', () => {
  const bulk = (metadata: string) =>
    toBulkFilter(
      validate(NewBulkRetry, parsed(`{"filter":{"metadata":${metadata}},"dry_run":true}`)).filter,
    );

  it('may have any name, also one that every object has', () => {
    const { metadata } = bulk('{"constructor":"x","__proto__":"y","toString":"z"}');
    expect(Object.entries(metadata ?? {})).toEqual([
      ['constructor', 'x'],
      ['__proto__', 'y'],
      ['toString', 'z'],
    ]);
  });

  it.each([
    [`{"${'n'.repeat(65)}":"x"}`, 'filter.metadata'],
    ['{"a\\u0000":"x"}', 'filter.metadata'],
    ['{"\\ud800":"x"}', 'filter.metadata'],
    ['{"a":"\\u0000"}', 'filter.metadata.a'],
    ['{"a":"\\udfff"}', 'filter.metadata.a'],
    ['{"a":1}', 'filter.metadata.a'],
    ['{"a":{"constructor":1}}', 'filter.metadata.a'],
    [`{"a":"${'v'.repeat(513)}"}`, 'filter.metadata.a'],
    ['[1]', 'filter.metadata'],
  ])('%s are refused', (metadata, param) => {
    expect(refusalOf(() => bulk(metadata))).toEqual({ code: 'invalid_value', param });
  });

  it.each([
    [{ 'metadata.a': '\0' }, 'metadata.a'],
    [{ 'metadata.a': ['x', 'y'] }, 'metadata.a'],
    [{ [`metadata.${'n'.repeat(65)}`]: 'x' }, 'metadata'],
    [{ 'metadata.a\0': 'x' }, 'metadata'],
  ])('%p are refused in a query', (parameters, param) => {
    expect(refusalOf(() => readRequestQuery({ ...query(parameters) }))).toEqual({
      code: 'invalid_value',
      param,
    });
  });
});

describe('a query that is checked', () => {
  it.each([
    [{ model: 'a\0' }, 'invalid_value', 'model'],
    [{ error_code: '\ud800' }, 'invalid_value', 'error_code'],
    [{ idempotency_key: '\0' }, 'invalid_value', 'idempotency_key'],
    [{ model: ['a', 'b'] }, 'invalid_value', 'model'],
    [{ limit: ['1', '2'] }, 'invalid_value', 'limit'],
    [{ created_after: '2025-02-30' }, 'invalid_value', 'created_after'],
    [{ created_after: '0.5' }, 'invalid_value', 'created_after'],
    [{ constructor: '1' }, 'unsupported_parameter', 'constructor'],
    [{ ['__proto__']: '1' }, 'unsupported_parameter', '__proto__'],
  ])('%p is refused by name', (parameters, code, param) => {
    expect(refusalOf(() => validateQuery(ListQuery, query(parameters)))).toEqual({ code, param });
  });
});
