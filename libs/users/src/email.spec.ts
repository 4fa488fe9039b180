import { normalizeEmail } from './email.js';

describe('an e-mail address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    [' ada@example.com\n', 'ada@example.com'],
    ['owner@localhost', 'owner@localhost'],
    ["o'neil+x@sub.example.co.uk", "o'neil+x@sub.example.co.uk"],
  ])('%j is kept as %s', (typed, kept) => {
    expect(normalizeEmail(typed)).toBe(kept);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@-example.com',
    'ada@example..com',
    'a da@example.com',
    'ada@example.com, eve@example.com',
    '=cmd()@example.com\r\nbcc: x',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b.'.repeat(130)}com`,
  ])('%j is none', (typed) => {
    expect(normalizeEmail(typed)).toBeNull();
  });
});
