import { createSecretKey, randomBytes } from 'node:crypto';

import fc from 'fast-check';

import { keyIdOf, open, seal, UnreadableError } from './aead.js';
import { MasterKey, MasterKeyMismatchError } from './master-key.js';

const BYTES = randomBytes(32);
const KEY = createSecretKey(BYTES);

describe('a sealed blob', () => {
  it('opens to what was sealed, whatever the parts, the context and the key id', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array(), { maxLength: 4 }),
        fc.string(),
        fc.nat({ max: 2 ** 32 - 1 }),
        (parts, context, keyId) => {
          const buffers = parts.map((part) => Buffer.from(part));
          const blob = seal(KEY, keyId, context, ...buffers);
          expect(keyIdOf(blob)).toBe(keyId);
          expect(open(KEY, context, blob)).toEqual(Buffer.concat(buffers));
        },
      ),
    );
  });

  it('does not open when a single bit of content, IV, version or tag differs', () => {
    const blob = seal(KEY, 7, 'context', Buffer.from('the prompt'));
    for (let bit = 0; bit < blob.length * 8; bit += 1) {
      const byte = bit >> 3;
      // The key id only tells which key to fetch.
      if (byte >= 1 && byte <= 4) {
        continue;
      }
      const changed = Buffer.from(blob);
      changed.writeUInt8(changed.readUInt8(byte) ^ (1 << (bit & 7)), byte);
      expect(() => open(KEY, 'context', changed)).toThrow(UnreadableError);
    }
  });

  it('does not open under another key or in another context', () => {
    const blob = seal(KEY, 7, 'context', Buffer.from('the prompt'));
    expect(() => open(createSecretKey(randomBytes(32)), 'context', blob)).toThrow(UnreadableError);
    expect(() => open(KEY, 'context2', blob)).toThrow(UnreadableError);
    expect(() => open(KEY, '', blob)).toThrow(UnreadableError);
  });

  it('does not open when it was cut at any place', () => {
    const blob = seal(KEY, 7, 'context', Buffer.from('the prompt'));
    for (let length = 0; length < blob.length; length += 1) {
      expect(() => open(KEY, 'context', blob.subarray(0, length))).toThrow(UnreadableError);
    }
  });

  it('differs each time, and does not show the content', () => {
    const content = Buffer.from('the prompt');
    const [one, other] = [seal(KEY, 1, 'c', content), seal(KEY, 1, 'c', content)];
    expect(one.equals(other)).toBe(false);
    expect(one.includes(content)).toBe(false);
  });
});

describe('a master key', () => {
  const master = new MasterKey(BYTES);
  const secret = randomBytes(32);

  it('unwraps what it wrapped, under the same name only', () => {
    const wrapped = master.wrap('one', secret);
    expect(master.unwrap('one', wrapped)).toEqual(secret);
    expect(() => master.unwrap('two', wrapped)).toThrow(MasterKeyMismatchError);
  });

  it('that is another one says which setting is wrong, and nothing of either key', () => {
    const other = new MasterKey(randomBytes(32));
    expect(() => other.unwrap('one', master.wrap('one', secret))).toThrow(
      'The master key does not fit the data in this database. ' +
        'Set REQRUN_MASTER_KEY to the key that the data was written with.',
    );
  });

  it('has an id that is always the same and is no part of the key', () => {
    expect(new MasterKey(BYTES).id).toBe(master.id);
    expect(new MasterKey(randomBytes(32)).id).not.toBe(master.id);
    expect(BYTES.toString('hex')).not.toContain(master.id);
  });
});
