import { UsageError } from '../exit-codes.js';
import { parseBody } from './body.js';

describe('a body', () => {
  it('is a JSON object, with a byte order mark or without', () => {
    expect(parseBody('\uFEFF{"model":"m"}', 'body.json')).toEqual({ model: 'm' });
  });

  it.each(['', '[]', 'null', '"text"', '{"model": }'])('is not %j', (content) => {
    expect(() => parseBody(content, 'body.json')).toThrow(UsageError);
  });

  it.each(['a secret prompt', '{"messages": a secret prompt}', '{"a":1} a secret prompt'])(
    'is never repeated by the error about it: %j',
    (content) => {
      let message = '';
      try {
        parseBody(content, '-');
      } catch (error) {
        ({ message } = error as Error);
      }
      expect(message).toMatch(/^Standard input is not valid JSON( \(at position \d+\))?\.$/);
    },
  );
});
