import { once } from 'node:events';
import { PassThrough } from 'node:stream';

import fc from 'fast-check';

import { ApiError } from './api-error.js';
import { type BodyBounds, readBody } from './read-body.js';

const outcomeOf = (payload: PassThrough, bounds: BodyBounds): Promise<Buffer | string> =>
  new Promise((resolve) =>
    readBody(payload, bounds, (error, body) => resolve(error?.code ?? body ?? 'nothing')),
  );

/** Reads parts that arrive one after another. */
async function read(parts: readonly Buffer[], bounds: BodyBounds): Promise<Buffer | string> {
  const payload = new PassThrough();
  const outcome = outcomeOf(payload, bounds);
  for (const part of parts) {
    if (!payload.write(part)) {
      await Promise.race([once(payload, 'drain'), outcome]);
    }
  }
  payload.end();
  return outcome;
}

const parts = fc
  .array(fc.uint8Array({ maxLength: 40_000, size: 'max' }), { maxLength: 6 })
  .map((arrays) => arrays.map((array) => Buffer.from(array)));

describe('a body', () => {
  it('is all of its parts, whether its length was announced or not', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.boolean(), async (given, isAnnounced) => {
        const whole = Buffer.concat(given);
        const announced = isAnnounced ? whole.length : null;
        const body = await read(given, { limit: Math.max(1, whole.length), announced });
        expect(Buffer.isBuffer(body) && body.equals(whole)).toBe(true);
      }),
    );
  });

  it('is refused before it comes when it is announced as longer than is taken', async () => {
    expect(await read([], { limit: 10, announced: 11 })).toBe('body_too_large');
  });

  it('is refused by the first byte that is too much when nothing was announced', async () => {
    const part = Buffer.alloc(6);
    expect(await read([part, part], { limit: 11, announced: null })).toBe('body_too_large');
    expect(await read([part, part], { limit: 12, announced: null })).toHaveLength(12);
  });

  it.each([5, 7])('of 6 bytes is refused when %d were announced', async (announced) => {
    expect(await read([Buffer.alloc(6)], { limit: 100, announced })).toBe('bad_request');
  });

  it.each([
    [new Error('aborted'), 'bad_request'],
    [new ApiError('overloaded'), 'overloaded'],
  ])('that ends with %s is refused as %s', async (error, code) => {
    const payload = new PassThrough();
    const outcome = outcomeOf(payload, { limit: 10, announced: 5 });
    payload.destroy(error);
    expect(await outcome).toBe(code);
  });
});
