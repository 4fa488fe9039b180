import { UsageError } from '../exit-codes.js';
import { keyPrefix, readLines } from './lines.js';

const CHAT = 'chat.completions';
const A = '{"model":"m","messages":["a"]}';
const B = '{"model":"m","messages":["b"]}';
const keysOf = (text: string, name = 'x'): string[] =>
  readLines(text, name, CHAT).map(({ idempotencyKey }) => idempotencyKey);

describe('the key of a line', () => {
  it('is the same at each run, also when lines come before it, and blank ones', () => {
    const [a, b] = keysOf(`${A}\n${B}\n`);
    expect(keysOf(`\n{"model":"new"}\r\n${B}\r\n${A}`).slice(1)).toEqual([b, a]);
    expect(a).toMatch(/^batch:x:[0-9a-f]{32}$/);
  });

  it('differs between equal lines, names, endpoints and custom ids', () => {
    const keys = [
      ...keysOf(`${A}\n${A}\n${A}`),
      ...keysOf(A, 'y'),
      ...readLines(A, 'x', 'responses').map(({ idempotencyKey }) => idempotencyKey),
      ...keysOf(`{"custom_id":"1","body":${A}}\n{"custom_id":"2","body":${A}}`),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is its own where it has one, and never too long for the API', () => {
    expect(keysOf('{"idempotency_key":"mine"}')).toEqual(['mine']);
    expect(keysOf(A, 'ü/'.repeat(500))[0]?.length).toBeLessThan(255);
    expect(keyPrefix('my tickets.jsonl')).toBe('batch:my_tickets.jsonl:');
  });
});

describe('a line', () => {
  it('is a body, or what OpenAI’s Batch API takes', () => {
    const lines = readLines(`${A}\n{"custom_id":"c","url":"/v1/embeddings","body":{}}`, 'x', CHAT);
    expect(lines).toMatchObject([
      { number: 1, customId: null, endpoint: CHAT, body: { model: 'm' } },
      { number: 2, customId: 'c', endpoint: 'embeddings', body: {} },
    ]);
  });

  it.each([
    '{',
    '7',
    'null',
    '[]',
    '{"body":[]}',
    '{"body":{},"custom_id":7}',
    '{"body":{},"url":"/x"}',
  ])('%s is refused with its number, and not repeated', (line) => {
    expect(() => readLines(`${A}\n${line}`, 'x', CHAT)).toThrow(UsageError);
    expect(() => readLines(`${A}\n${line}`, 'x', CHAT)).toThrow(/^Line 2/);
  });
});
