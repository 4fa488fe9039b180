import fc from 'fast-check';

import { CHAT_COMPLETIONS } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import { readRequestBody } from './request-body.js';
import { isExtensionField, validateFields, type JudgedFields } from './body-fields.js';

/** Limits that no text of these tests reaches, so that a text has one fault at most. */
const LIMITS = { depth: 1_000, structure: 1_000_000 };

/** Outcome of reading a body, actual or expected. */
type Read = JudgedFields & { inspected: object; forwarded: object };

/** Outcome of reading a body, in a form that compares. */
async function outcomeOf(read: () => Read | Promise<Read>): Promise<object> {
  try {
    const { forwarded, ...judged } = await read();
    return {
      judged: JSON.stringify(judged),
      forwarded: Buffer.isBuffer(forwarded) ? parsed(forwarded.toString()) : forwarded,
    };
  } catch (error) {
    if (error instanceof ApiError) {
      return error.body;
    }
    throw error;
  }
}

/** Expected outcome, derived from JSON.parse. */
async function expectedOf(text: string): Promise<object> {
  return outcomeOf(() => {
    const json = parsed(text);
    const { model, own, metadata, stream } = validateFields(json, CHAT_COMPLETIONS);
    const forwarded = Object.fromEntries(
      Object.entries(json).filter(([name]) => !isExtensionField(name)),
    );
    const hasStreamMembers = Object.hasOwn(json, 'stream');
    return {
      ...{ model, own, metadata, stream, includeUsage: false, hasStreamMembers },
      ...{ inspected: {}, forwarded },
    };
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new ApiError('invalid_json');
  }
}

const names = fc.constantFrom(
  ...['model', 'messages', 'metadata', 'stream', 'wait', 'retry', 'orq', 'timeout', 'cache'],
  ...['idempotency_key', 'on_lost', '__proto__', 'constructor', 'seed', 'é'],
);
const values = fc.oneof(
  fc.constantFrom(
    '"m"',
    '[{"role":"user"}]',
    '[ ]',
    '[]',
    'true',
    'false',
    'null',
    '{}',
    '{"a":"b"}',
  ),
  fc.constantFrom(
    '{"count":1}',
    '{"constructor":1}',
    '1e400',
    '12345678901234567890',
    '"k"',
    '[',
    '"\\u006d"',
  ),
  fc.jsonValue().map((value) => JSON.stringify(value)),
);
const bodies = fc
  .array(fc.tuple(names, values), { maxLength: 6 })
  .map((members) => members.map(([name, value]) => `"${name}" : ${value}`))
  .map((members) => `{"model":"m","messages":[1]${members.map((text) => `,${text}`).join('')}}`);

/** Makes a body large by white space after it. */
const LARGE = ' '.repeat(70_000);

describe('a body', () => {
  it('is taken or refused as its parsed members say, and forwarded without ours', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom('', LARGE), async (text, behind) => {
        const body = Buffer.from(text + behind);
        expect(await outcomeOf(() => readRequestBody(body, CHAT_COMPLETIONS, LIMITS))).toEqual(
          await expectedOf(text),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['a model', `"model":"${'m'.repeat(100_000)}","messages":[1]`, 'invalid_value', 'model'],
    ['no messages', `"model":"m","messages":[${' '.repeat(100_000)}]`, 'invalid_value', 'messages'],
    [
      'unknown fields of ours',
      `"model":"m","messages":[1],"orq":{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`,
      'invalid_value',
      'orq',
    ],
    [
      'a nested list',
      `"model":"m","messages":[${'[1],'.repeat(200_000)}1]`,
      'json_too_complex',
      null,
    ],
  ])('is refused with %s', async (_what, members, code, param) => {
    const limits = { depth: 128, structure: 200_000 };
    expect(
      await outcomeOf(() => readRequestBody(Buffer.from(`{${members}}`), CHAT_COMPLETIONS, limits)),
    ).toMatchObject({
      error: { code, param },
    });
  });

  it('of a large size lets others have their turn while it is read', async () => {
    const body = Buffer.from(`{"model":"m","messages":["${'x'.repeat(4_000_000)}"]}`);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await readRequestBody(body, CHAT_COMPLETIONS, LIMITS);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(2);
  });
});
