import { findLeaks } from './leaks.js';

const SECRET = 'canary_0123456789abcdef';
const find = (text: string) =>
  findLeaks({ prompt: SECRET }, { log: text, clean: 'nothing here' }).map(({ source, form }) => [
    source,
    form,
  ]);

describe('findLeaks', () => {
  it('finds nothing where nothing is', () => {
    expect(find('{"event":"attempt","canary":"0123456789abcdef"}')).toEqual([]);
  });

  it('finds a secret as it is, in any case, and names where', () => {
    expect(find(`{"message":"Invalid prompt: ${SECRET}"}`)).toEqual([['log', 'plain']]);
    expect(find(SECRET.toUpperCase())).toEqual([['log', 'plain']]);
  });

  it('finds a secret in a dump of bytes', () => {
    const dump = `\\x00${Buffer.from(`a${SECRET}b`).toString('hex').toUpperCase()}`;
    expect(find(dump)).toEqual([['log', 'hexadecimal']]);
  });

  it.each([0, 1, 2, 3, 4])('finds a secret in base64, %d bytes behind its start', (before) => {
    const encoded = Buffer.from(`${'y'.repeat(before)}${SECRET} and more`).toString('base64');
    expect(find(`Basic ${encoded}`)).toEqual([['log', 'base64']]);
  });

  it('says what stood before it, and never the secret', () => {
    const [leak] = findLeaks({ prompt: SECRET }, { log: `said ${SECRET} again` });
    expect(leak).toMatchObject({ secret: 'prompt', near: 'said ' });
  });

  it('refuses a secret that chance could find', () => {
    expect(() => findLeaks({ prompt: 'short' }, {})).toThrow(RangeError);
  });
});
