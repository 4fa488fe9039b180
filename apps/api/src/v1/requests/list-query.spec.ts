import 'reflect-metadata';

import { readListQuery } from './list-query.dto.js';

describe('the query of a list', () => {
  it('has pairs of metadata and the beginning of a key', () => {
    const query = {
      'metadata[order]': '4700',
      'metadata[a[b]]': '',
      idempotency_key_prefix: 'ticket-',
      limit: '5',
    };
    expect(readListQuery(query)).toEqual({
      metadata: { order: '4700', 'a[b]': '' },
      idempotencyKeyPrefix: 'ticket-',
      limit: 5,
    });
    expect(readListQuery({})).toEqual({ limit: 20 });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ metadata: 'order' }, 'metadata'],
    [{ 'metadata[]': 'x' }, 'metadata[]'],
    [{ 'metadata[order]': ['1', '2'] }, 'metadata[order]'],
    [{ 'metadata[order]': 'x'.repeat(513) }, 'metadata[order]'],
    [{ 'metadata[order]': '\0' }, 'metadata[order]'],
    [{ [`metadata[${'x'.repeat(65)}]`]: '1' }, 'metadata'],
    [Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`metadata[${n}]`, ''])), 'metadata'],
    [{ idempotency_key_prefix: '' }, 'idempotency_key_prefix'],
    [{ idempotency_key_prefix: 'k'.repeat(256) }, 'idempotency_key_prefix'],
    [{ idempotency_key_prefix: ['a', 'b'] }, 'idempotency_key_prefix'],
  ])('%j is refused, naming %s', (query, param) => {
    let refusal: unknown;
    try {
      readListQuery(query);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ status: 400, body: { error: { param } } });
  });
});
