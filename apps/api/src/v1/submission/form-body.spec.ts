import { AUDIO_TRANSCRIPTIONS, IMAGE_EDITS } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import { readFormBody } from './form-body.js';
import type { RequestBody } from './request-body.js';

const TYPE = 'multipart/form-data; boundary=B';
type Field = readonly [name: string, value: string];
const FILE: Field = ['file"; filename="private name.mp3', 'bytes\r\n--\0\xff'];
const MODEL: Field = ['model', 'whisper-1'];

const form = (...fields: readonly Field[]): Buffer =>
  Buffer.from(
    `${fields
      .map(
        ([name, value]) => `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}`,
      )
      .map((part) => `${part}\r\n`)
      .join('')}--B--\r\n`,
    'latin1',
  );

function read(
  body: Buffer,
  endpoint: typeof AUDIO_TRANSCRIPTIONS | typeof IMAGE_EDITS = AUDIO_TRANSCRIPTIONS,
  type: string | undefined = TYPE,
): RequestBody {
  const taken = readFormBody(body, type, endpoint);
  if (taken instanceof Promise) {
    throw new Error('the body is large');
  }
  return taken;
}

function refusal(...given: Parameters<typeof read>): readonly [string, string | null] {
  try {
    read(...given);
  } catch (error) {
    if (error instanceof ApiError) {
      return [error.code, error.body.error.param];
    }
    throw error;
  }
  throw new Error('the body was taken');
}

describe('an upload', () => {
  it('goes on as the very bytes that came when it has no field of ours', () => {
    const body = form(FILE, MODEL, ['temperature', '0.0'], ['metadata', '{"a":"b"}']);
    const { forwarded, model, form: read_ } = read(body);
    expect(
      forwarded.equals(form(FILE, MODEL, ['temperature', '0.0'], ['metadata', '{"a":"b"}'])),
    ).toBe(true);
    expect([model, read_?.contentType]).toEqual(['whisper-1', TYPE]);
  });

  it.each<[string, readonly Field[], object]>([
    ['a boolean', [['wait', 'true']], { wait: true }],
    ['a boolean of Python', [['wait', 'False']], { wait: false }],
    ['a number', [['wait_timeout_ms', '20000']], { wait_timeout_ms: 20_000 }],
    ['a key that looks like a number', [['idempotency_key', '007']], { idempotency_key: '007' }],
    ['a word', [['on_lost', 'fail']], { on_lost: 'fail' }],
    [
      'JSON',
      [['retry', '{"count": 2, "on_codes": [500]}']],
      { retry: { count: 2, on_codes: [500] } },
    ],
    [
      'members, as the stock SDKs write them',
      [
        ['retry[count]', '2'],
        ['retry[on_codes][]', '500'],
        ['retry[on_codes][]', '503'],
        ['orq[timeout][call_timeout]', '5000'],
      ],
      { retry: { count: 2, on_codes: [500, 503] }, orq: { timeout: { call_timeout: 5_000 } } },
    ],
    ['nothing', [], {}],
  ])('has our fields as %s, and loses them', (_what, fields, own) => {
    const taken = read(form(...fields.slice(0, 1), FILE, MODEL, ...fields.slice(1)));
    expect(JSON.parse(JSON.stringify(taken.own))).toEqual(own);
    expect(taken.forwarded.equals(form(FILE, MODEL))).toBe(true);
    expect(taken.form?.parts.map(({ name }) => name)).toEqual(['file', 'model']);
  });

  it('that is large is read in slices, with the same end', async () => {
    const large: Field = ['file"; filename="a', '\r\n--B'.slice(0, 4).repeat(100_000)];
    const taken = await readFormBody(
      form(large, ['wait', 'true'], MODEL),
      TYPE,
      AUDIO_TRANSCRIPTIONS,
    );
    expect(taken.forwarded.equals(form(large, MODEL))).toBe(true);
    expect(taken.own).toEqual({ wait: true });
  });

  it.each([['image'], ['image[]']])('of an image under the name %s', (name) => {
    const image: Field = [`${name}"; filename="a.png`, 'png'];
    const body = form(image, ['prompt', 'p'], ['model', 'gpt-image-1']);
    expect(read(body, IMAGE_EDITS).model).toBe('gpt-image-1');
  });
});

describe('an upload that is refused, by the name of the field', () => {
  it.each<[string, readonly Field[], string, string | null]>([
    ['no model', [FILE], 'missing_required_parameter', 'model'],
    ['an empty model', [FILE, ['model', '']], 'invalid_value', 'model'],
    ['a long model', [FILE, ['model', 'm'.repeat(257)]], 'invalid_value', 'model'],
    ['a very long model', [FILE, ['model', 'm'.repeat(9_000)]], 'invalid_value', 'model'],
    ['a model that is no text', [FILE, ['model', '\xff']], 'invalid_value', 'model'],
    ['two models', [FILE, MODEL, MODEL], 'invalid_value', 'model'],
    [
      'two formats',
      [FILE, MODEL, ['response_format', 'a'], ['response_format', 'b']],
      'invalid_value',
      'response_format',
    ],
    ['no file', [MODEL], 'missing_required_parameter', 'file'],
    ['an empty file', [MODEL, ['file', '']], 'invalid_value', 'file'],
    ['a stream', [FILE, MODEL, ['stream', 'true']], 'unsupported_parameter', 'stream'],
    ['a stream in other words', [FILE, MODEL, ['stream', 'on']], 'unsupported_parameter', 'stream'],
    ['a cache', [FILE, MODEL, ['cache', '{}']], 'unsupported_parameter', 'cache'],
    [
      'a cache by members',
      [FILE, MODEL, ['cache[type]', 'exact_match']],
      'unsupported_parameter',
      'cache',
    ],
    [
      'a cache in other words',
      [FILE, MODEL, ['orq', '{"cache":{"type":"exact_match"}}']],
      'unsupported_parameter',
      'orq.cache',
    ],
    ['fallbacks by members', [FILE, MODEL, ['fallbacks[]', 'x']], 'invalid_value', 'fallbacks'],
    [
      'members of the body for a fallback',
      [FILE, MODEL, ['fallbacks', '[{"model":"m","params":{"temperature":0}}]']],
      'unsupported_parameter',
      'fallbacks.0.params',
    ],
    ['a wait that is none', [FILE, MODEL, ['wait', 'soon']], 'invalid_value', 'wait'],
    ['a wait twice', [FILE, MODEL, ['wait', 'true'], ['wait', 'true']], 'invalid_value', 'wait'],
    ['a retry that is no JSON', [FILE, MODEL, ['retry', '{"count":']], 'invalid_value', 'retry'],
    ['an unknown member', [FILE, MODEL, ['retry', '{"x":1}']], 'unsupported_parameter', 'retry.x'],
    ['a wrong member', [FILE, MODEL, ['retry[count]', '9']], 'invalid_value', 'retry.count'],
    [
      'JSON and members',
      [FILE, MODEL, ['retry', '{"count":1}'], ['retry[count]', '1']],
      'invalid_value',
      'retry',
    ],
    [
      'a member of a value',
      [FILE, MODEL, ['retry', '1'], ['retry[count]', '1']],
      'invalid_value',
      'retry',
    ],
    ['a prototype', [FILE, MODEL, ['retry[__proto__][x]', '1']], 'invalid_value', 'retry'],
    [
      'a constructor',
      [FILE, MODEL, ['retry[constructor]', '1']],
      'unsupported_parameter',
      'retry.constructor',
    ],
    ['a broken name', [FILE, MODEL, ['retry[count', '1']], 'invalid_value', 'retry'],
    ['a long field of ours', [FILE, MODEL, ['retry', ' '.repeat(5_000)]], 'invalid_value', 'retry'],
    [
      'a key that is no text',
      [FILE, MODEL, ['idempotency_key', '\xff']],
      'invalid_value',
      'idempotency_key',
    ],
    ['a part without a name', [FILE, MODEL, ['', 'x']], 'invalid_multipart', null],
  ])('%s', (_what, fields, code, param) => {
    expect(refusal(form(...fields))).toEqual([code, param]);
  });

  it.each([undefined, 'multipart/form-data', 'multipart/mixed; boundary=B'])(
    'with the content type %j',
    (type) => {
      const taken = () => readFormBody(form(FILE, MODEL), type, AUDIO_TRANSCRIPTIONS);
      expect(taken).toThrow(expect.objectContaining({ code: 'invalid_multipart' }) as Error);
    },
  );

  it('when it is cut, empty, or of another boundary', () => {
    const whole = form(FILE, MODEL);
    expect(refusal(whole.subarray(0, -9))[0]).toBe('invalid_multipart');
    expect(refusal(Buffer.alloc(0))[0]).toBe('invalid_multipart');
    expect(refusal(whole, AUDIO_TRANSCRIPTIONS, `${TYPE}B`)[0]).toBe('invalid_multipart');
  });

  it('without a prompt where one is needed', () => {
    const image: Field = ['image"; filename="a', 'x'];
    expect(refusal(form(image, MODEL), IMAGE_EDITS)).toEqual([
      'missing_required_parameter',
      'prompt',
    ]);
    expect(refusal(form(image, MODEL, ['prompt', '']), IMAGE_EDITS)).toEqual([
      'invalid_value',
      'prompt',
    ]);
    expect(refusal(form(MODEL, ['prompt', 'p']), IMAGE_EDITS)).toEqual([
      'missing_required_parameter',
      'image',
    ]);
  });

  it('without a word of what it holds', () => {
    for (const fields of [[FILE], [FILE, MODEL, ['wait', 'private']], [['private', 'private']]]) {
      try {
        read(form(...(fields as Field[])));
      } catch (error) {
        expect((error as ApiError).message).not.toContain('private');
      }
    }
  });
});
