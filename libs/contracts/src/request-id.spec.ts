import { requestIdFromUuid, uuidFromRequestId } from './request-id.js';

const UUID = '0192f0c1-a7d2-7b3c-8d4e-5f60718293a4';
const ID = 'rr_0192f0c1a7d27b3c8d4e5f60718293a4';

describe('the public id of a request', () => {
  it('is made of its UUID, and leads back to it', () => {
    expect(requestIdFromUuid(UUID)).toBe(ID);
    expect(uuidFromRequestId(ID)).toBe(UUID);
  });

  it.each([
    '',
    'rr_',
    UUID,
    ID.toUpperCase(),
    `${ID}0`,
    ID.slice(0, -1),
    ` ${ID}`,
    `${ID}\n`,
    ID.replace('a', 'g'),
    `chatcmpl_${ID.slice(3)}`,
    "rr_' OR 1=1 --",
  ])('is nothing else: %j is none', (id) => {
    expect(uuidFromRequestId(id)).toBeNull();
  });
});
