import { CHAT_COMPLETIONS } from '@reqrun/contracts';

import { ApiError } from '../../http/api-error.js';
import { type RequestBody, readRequestBody } from './request-body.js';

const DEPTH = 32;
const LIMITS = { depth: DEPTH, structure: 200 };
const readSmall = (body: Buffer): RequestBody => {
  const read = readRequestBody(body, CHAT_COMPLETIONS, LIMITS);
  if (read instanceof Promise) {
    throw new Error('the body is large');
  }
  return read;
};
const read = (text: string) => readSmall(Buffer.from(text));
const messages = '"messages":[{"role":"user","content":"hi"}]';

function refusal(text: string | Buffer): { code: string; param: string | null } {
  try {
    readSmall(Buffer.from(text as string));
  } catch (error) {
    if (error instanceof ApiError) {
      return { code: error.code, param: error.body.error.param };
    }
    throw error;
  }
  throw new Error('the body was taken');
}

describe('what goes to the provider', () => {
  it('is the very bytes that came when there is no field of ours', () => {
    const body = Buffer.from(
      `{ "model" : "m", ${messages}, "seed": 12345678901234567890, "x":1e400 }`,
    );
    expect(readSmall(body).forwarded).toBe(body);
  });

  it.each([
    [`{"wait":true,"model":"m",${messages}}`, `{"model":"m",${messages}}`],
    [`{"model":"m","wait":true,${messages}}`, `{"model":"m",${messages}}`],
    [`{"model":"m",${messages},"wait":true}`, `{"model":"m",${messages}}`],
    [`{"model":"m",${messages},"w\\u0061it":true}`, `{"model":"m",${messages}}`],
    [`{"wait":true,"model":"m","wait":false,${messages}}`, `{"model":"m",${messages}}`],
    [
      `{"model":"m",${messages},"seed":12345678901234567890,"retry":{"count":1},"new":{"retry":[1,{"wait":2}]}}`,
      `{"model":"m",${messages},"seed":12345678901234567890,"new":{"retry":[1,{"wait":2}]}}`,
    ],
    [
      `{"model":"m",${messages},"idempotency_key":"k\\"}","timeout":{"deadline":5},"on_lost":"fail","orq":{"retries":{"count":0}},"wait_timeout_ms":10}`,
      `{"model":"m",${messages}}`,
    ],
  ])('%s loses our fields and nothing else', (given, forwarded) => {
    expect(read(given).forwarded.toString()).toBe(forwarded);
  });

  it('keeps the stream field of a call that does not stream', () => {
    expect(read(`{"model":"m","stream":false,${messages}}`).forwarded.toString()).toContain(
      '"stream":false',
    );
  });
});

describe('a body that asks for a stream', () => {
  it.each([
    ['{"include_usage":true}', true],
    ['{"include_usage":false}', false],
    ['{"include_usage":"true"}', false],
    ['null', false],
    ['[]', false],
  ])('says with stream_options %s whether the usage is shown', (options, includeUsage) => {
    const body = read(`{"model":"m",${messages},"stream":true,"stream_options":${options}}`);
    expect(body).toMatchObject({ stream: true, includeUsage, hasStreamMembers: true });
    expect(body.forwarded.toString()).toContain(`"stream":true,"stream_options":${options}`);
  });
});

describe('what is refused, by the name of the field', () => {
  it.each([
    ['', 'invalid_json', null],
    ['{', 'invalid_json', null],
    ['[]', 'invalid_body', null],
    ['"text"', 'invalid_body', null],
    ['null', 'invalid_body', null],
    [`{${messages}}`, 'missing_required_parameter', 'model'],
    [`{"model":"",${messages}}`, 'invalid_value', 'model'],
    [`{"model":7,${messages}}`, 'invalid_value', 'model'],
    [`{"model":"${'m'.repeat(257)}",${messages}}`, 'invalid_value', 'model'],
    [`{"model":"a\\u0000b",${messages}}`, 'invalid_value', 'model'],
    ['{"model":"m"}', 'missing_required_parameter', 'messages'],
    ['{"model":"m","messages":[]}', 'invalid_value', 'messages'],
    ['{"model":"m","messages":"hi"}', 'invalid_value', 'messages'],
    [`{"model":"m",${messages},"stream":1}`, 'invalid_value', 'stream'],
    [`{"model":"m",${messages},"stream":"a long text"}`, 'invalid_value', 'stream'],
    [`{"model":"m",${messages},"stream_mode":"live"}`, 'invalid_value', 'stream_mode'],
    [
      `{"model":"m",${messages},"stream":true,"stream_mode":"slow"}`,
      'invalid_value',
      'stream_mode',
    ],
    [`{"model":"m",${messages},"cache":true}`, 'invalid_value', 'cache'],
    [`{"model":"m",${messages},"cache":[]}`, 'invalid_value', 'cache'],
    [`{"model":"m",${messages},"cache":{}}`, 'missing_required_parameter', 'cache.type'],
    [`{"model":"m",${messages},"cache":{"type":null}}`, 'missing_required_parameter', 'cache.type'],
    [`{"model":"m",${messages},"cache":{"type":"semantic"}}`, 'invalid_value', 'cache.type'],
    [
      `{"model":"m",${messages},"orq":{"cache":{}}}`,
      'missing_required_parameter',
      'orq.cache.type',
    ],
    ...[0, 259_201, 1.5, '"60"', -1].map((ttl): [string, string, string] => [
      `{"model":"m",${messages},"cache":{"type":"exact_match","ttl":${ttl}}}`,
      'invalid_value',
      'cache.ttl',
    ]),
    [
      `{"model":"m",${messages},"cache":{"type":"exact_match","x":1}}`,
      'unsupported_parameter',
      'cache.x',
    ],
    [
      `{"model":"m",${messages},"cache":{"type":"exact_match"},"orq":{"cache":null}}`,
      'invalid_value',
      'orq.cache',
    ],
    [
      `{"model":"m",${messages},"cache":{"type":"exact_match"},"orq":{"cache":{"type":"exact_match","ttl":60}}}`,
      'invalid_value',
      'orq.cache',
    ],
    [`{"model":"m",${messages},"orq":{"what":1}}`, 'unsupported_parameter', 'orq.what'],
    [`{"model":"m",${messages},"orq":[]}`, 'invalid_value', 'orq'],
    [`{"model":"m",${messages},"wait":"yes"}`, 'invalid_value', 'wait'],
    [`{"model":"m",${messages},"wait_timeout_ms":240001}`, 'invalid_value', 'wait_timeout_ms'],
    [`{"model":"m",${messages},"wait_timeout_ms":0}`, 'invalid_value', 'wait_timeout_ms'],
    [`{"model":"m",${messages},"idempotency_key":""}`, 'invalid_value', 'idempotency_key'],
    [
      `{"model":"m",${messages},"idempotency_key":"${'k'.repeat(256)}"}`,
      'invalid_value',
      'idempotency_key',
    ],
    [`{"model":"m",${messages},"idempotency_key":"a\\u0000"}`, 'invalid_value', 'idempotency_key'],
    [`{"model":"m",${messages},"retry":3}`, 'invalid_value', 'retry'],
    [`{"model":"m",${messages},"retry":{"count":6}}`, 'invalid_value', 'retry.count'],
    [`{"model":"m",${messages},"retry":{"count":-1}}`, 'invalid_value', 'retry.count'],
    [`{"model":"m",${messages},"retry":{"count":1.5}}`, 'invalid_value', 'retry.count'],
    [`{"model":"m",${messages},"retry":{"on_codes":[200]}}`, 'invalid_value', 'retry.on_codes'],
    [`{"model":"m",${messages},"retry":{"on_codes":[600]}}`, 'invalid_value', 'retry.on_codes'],
    [`{"model":"m",${messages},"retry":{"max":6}}`, 'unsupported_parameter', 'retry.max'],
    [
      `{"model":"m",${messages},"orq":{"retries":{"count":6}}}`,
      'invalid_value',
      'orq.retries.count',
    ],
    [
      `{"model":"m",${messages},"timeout":{"call_timeout":0}}`,
      'invalid_value',
      'timeout.call_timeout',
    ],
    [`{"model":"m",${messages},"timeout":{"deadline":"1s"}}`, 'invalid_value', 'timeout.deadline'],
    [`{"model":"m",${messages},"timeout":{"ttft":0}}`, 'invalid_value', 'timeout.ttft'],
    [`{"model":"m",${messages},"timeout":{"ttft":86400001}}`, 'invalid_value', 'timeout.ttft'],
    [`{"model":"m",${messages},"on_lost":"drop"}`, 'invalid_value', 'on_lost'],
    [
      `{"model":"m",${messages},"retry":{"count":1},"orq":{"retries":{"count":2}}}`,
      'invalid_value',
      'orq.retries',
    ],
    [
      `{"model":"m",${messages},"timeout":{"idle":1},"orq":{"timeout":{"deadline":1}}}`,
      'invalid_value',
      'orq.timeout',
    ],
    [`{"model":"m",${messages},"metadata":{"a":1}}`, 'invalid_value', 'metadata'],
    [`{"model":"m",${messages},"metadata":["a"]}`, 'invalid_value', 'metadata'],
    [`{"model":"m",${messages},"metadata":{"${'k'.repeat(65)}":"v"}}`, 'invalid_value', 'metadata'],
    [
      `{"model":"m",${messages},"metadata":{"k":"${'v'.repeat(513)}"}}`,
      'invalid_value',
      'metadata',
    ],
    [`{"model":"m","messages":[${'['.repeat(40)}${']'.repeat(40)}]}`, 'json_too_deep', null],
    [`{"model":"m","messages":[${'[],'.repeat(100)}1]}`, 'json_too_complex', null],
    [
      `{"model":"m",${messages},"retry":{"constructor":1}}`,
      'unsupported_parameter',
      'retry.constructor',
    ],
    [
      `{"model":"m",${messages},"retry":{"__proto__":{}}}`,
      'unsupported_parameter',
      'retry.__proto__',
    ],
    [`{"model":"m",${messages},"orq":{"toString":1}}`, 'unsupported_parameter', 'orq.toString'],
    [
      `{"model":"m",${messages},"orq":{"timeout":{"constructor":1}}}`,
      'unsupported_parameter',
      'orq.timeout.constructor',
    ],
    [`{"model":"m",${messages},"wait":{"constructor":1}}`, 'invalid_value', 'wait'],
    [`{"model":"m",${messages},"on_lost":{"constructor":1}}`, 'invalid_value', 'on_lost'],
    [
      `{"model":"m",${messages},"idempotency_key":{"constructor":1}}`,
      'invalid_value',
      'idempotency_key',
    ],
    [
      `{"model":"m",${messages},"retry":{"count":{"constructor":1}}}`,
      'invalid_value',
      'retry.count',
    ],
    [
      `{"model":"m",${messages},"retry":{"on_codes":[{"constructor":1}]}}`,
      'invalid_value',
      'retry.on_codes',
    ],
    [`{"model":"m",${messages},"wait":"${'w'.repeat(4096)}"}`, 'invalid_value', 'wait'],
    [`{"model":"m",${messages},"retry":{"${'a'.repeat(4096)}":1}}`, 'invalid_value', 'retry'],
  ])('%s', (text, code, param) => {
    expect(refusal(text)).toEqual({ code, param });
  });

  it('bytes that are not UTF-8', () => {
    expect(() => readSmall(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(ApiError);
  });

  it('never with the value that was sent', () => {
    for (const field of [
      '"wait":"SECRET"',
      '"retry":{"count":"SECRET"}',
      '"idempotency_key":["SECRET"]',
    ]) {
      try {
        read(`{"model":"m",${messages},${field}}`);
      } catch (error) {
        expect(JSON.stringify((error as ApiError).body)).not.toContain('SECRET');
        continue;
      }
      throw new Error('the body was taken');
    }
  });
});

describe('what is taken', () => {
  it('null counts as absent', () => {
    const { own, metadata } = read(
      `{"model":"m",${messages},"wait":null,"retry":null,"metadata":null}`,
    );
    expect(JSON.stringify(own)).toBe('{}');
    expect(metadata).toBeNull();
  });

  it('both spellings of retry and timeout', () => {
    expect(
      read(`{"model":"m",${messages},"retry":{"count":0,"on_codes":[429]}}`).own.retry,
    ).toEqual({
      count: 0,
      on_codes: [429],
    });
    expect(
      read(`{"model":"m",${messages},"orq":{"retries":{"count":5},"timeout":{"call_timeout":9}}}`)
        .own.orq,
    ).toEqual({ retries: { count: 5 }, timeout: { call_timeout: 9 } });
  });

  it('the metadata is copied and forwarded', () => {
    const body = read(`{"model":"m",${messages},"metadata":{"ticket":"842"}}`);
    expect(body.metadata).toEqual({ ticket: '842' });
    expect(body.forwarded.toString()).toContain('"metadata":{"ticket":"842"}');
  });
});
