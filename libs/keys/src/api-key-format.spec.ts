import { generateApiKey, parseApiKey } from './api-key-format.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('an API key', () => {
  it.each(['live', 'test'] as const)('says that it is a %s key, and parses', (mode) => {
    const key = generateApiKey(mode);
    expect(key).toMatch(new RegExp(`^reqrun_${mode}_[0-9A-Za-z]{49}$`));
    expect(parseApiKey(key)).toEqual({
      mode,
      prefix: key.slice(0, 16),
      lastFour: key.slice(-4),
    });
  });

  it('never repeats in ten thousand', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => generateApiKey('live'))).size).toBe(10_000);
  });

  it('is told from itself with any one character mistyped, without a look-up', () => {
    const key = generateApiKey('test');
    for (let at = 0; at < key.length; at += 1) {
      for (const letter of `${ALPHABET}_- `) {
        if (letter !== key[at]) {
          expect(parseApiKey(key.slice(0, at) + letter + key.slice(at + 1))).toBeNull();
        }
      }
    }
  });

  it('is told from itself with two neighbours swapped, cut, lengthened, or in the other mode', () => {
    const key = generateApiKey('live');
    for (let at = 12; at < key.length - 1; at += 1) {
      const [a = '', b = ''] = [key[at], key[at + 1]];
      if (a !== b) {
        expect(parseApiKey(key.slice(0, at) + b + a + key.slice(at + 2))).toBeNull();
      }
    }
    for (const other of [
      '',
      key.slice(0, -1),
      `${key}0`,
      ` ${key}`,
      `${key}\n`,
      key.replace('live', 'test'),
      'sk-proj-0123',
    ]) {
      expect(parseApiKey(other)).toBeNull();
    }
  });
});
