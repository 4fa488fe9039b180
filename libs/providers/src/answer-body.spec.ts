import { chatCompletions } from './endpoints/chat-completions.js';
import { list } from './endpoints/list.js';
import { validateBody, parseErrorBody } from './answer-body.js';
import { COMPLETION } from './testing/calls.js';

const judge = (text: string, status = 200) =>
  validateBody(status, Buffer.from(text), chatCompletions);

describe('a completion', () => {
  it('is good with its usage', () => {
    expect(judge(COMPLETION)).toEqual({
      ok: true,
      isCacheable: COMPLETION.includes('"stop"'),
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  });

  it.each([
    ['without object or usage', '{"choices":[{"message":{}}]}', 200],
    [
      'after the blank lines that some providers send while they wait',
      '\n\n{"choices":[{"message":{}}]}',
      200,
    ],
    ['with a usage that is no object', '{"choices":[{"message":{}}],"usage":[1]}', 200],
    ['with 201, as some frameworks answer a POST', '{"choices":[{"message":{}}]}', 201],
  ])('is good %s', (_name, text, status) => {
    expect(judge(text, status)).toEqual({ ok: true, usage: null, isCacheable: false });
  });

  it('that is cut anywhere is never good', () => {
    const lengths = Array.from({ length: COMPLETION.length }, (_value, length) => length);
    const good = lengths.filter((length) => judge(COMPLETION.slice(0, length)).ok);
    expect(good).toEqual([]);
  });

  it('may begin with a byte order mark', () => {
    expect(judge(`\uFEFF${COMPLETION}`).ok).toBe(true);
  });

  it.each([
    '{"error":null,"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}',
    '{"error":"","choices":[{"message":{"content":"x"}}]}',
    '{"error":{},"choices":[{"message":{"content":"x"},"error":null}]}',
    '{"choices":[{"message":{"content":"x"},"finish_reason":null}]}',
    '{"choices":[{"message":{"content":null,"tool_calls":[{}]},"finish_reason":null}]}',
    '{"choices":[{"message":{"content":""},"finish_reason":"length"}]}',
    '{"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"content_filter"}]}',
    '{"detail":"x","message":"m","choices":[{"message":{"content":"x"}}]}',
  ])('is good although it looks odd: %s', (text) => {
    expect(judge(text).ok).toBe(true);
  });

  it.each([
    ['', 200, 'empty'],
    ['', 204, 'empty'],
    ['<html></html>', 200, 'not_json'],
    ['data: {"choices":[{"message":{}}]}\n\n', 200, 'not_json'],
    ['   ', 200, 'not_json'],
    ['null', 200, 'wrong_shape'],
    ['[]', 200, 'wrong_shape'],
    [`[${COMPLETION}]`, 200, 'wrong_shape'],
    ['"choices"', 200, 'wrong_shape'],
    ['{}', 200, 'no_choices'],
    ['{"choices":{}}', 200, 'no_choices'],
    ['{"choices":[]}', 200, 'no_choices'],
    ['{"object":"chat.completion.async","id":"x"}', 200, 'no_choices'],
    ['{"choices":[null]}', 200, 'choice_without_message'],
    ['{"choices":[{}]}', 200, 'choice_without_message'],
    ['{"choices":[{"text":"x","finish_reason":"stop"}]}', 200, 'choice_without_message'],
    ['{"choices":[{"message":{}},[]]}', 200, 'choice_without_message'],
    [
      '{"choices":[{"message":{"role":"assistant","content":""},"finish_reason":null}]}',
      200,
      'choice_unfinished',
    ],
    ['{"error":{"message":"no"}}', 200, 'error_in_body'],
    ['{"error":"no","choices":[{"message":{"content":"x"}}]}', 200, 'error_in_body'],
    ['{"error":{"code":"teapot"}}', 200, 'error_in_body'],
    ['{"error":{"code":200}}', 200, 'error_in_body'],
    ['{"choices":[{"message":{"content":"x"},"finish_reason":"error"}]}', 200, 'error_in_body'],
    ['{"choices":[{"message":{"content":"x"},"finish_reason":"abort"}]}', 200, 'error_in_body'],
    ['{"choices":[{"message":{}}]}', 202, 'wrong_status'],
    ['{"choices":[{"message":{}}]}', 206, 'wrong_status'],
  ])('is not %j with %d (%s)', (text, status, reason) => {
    expect(judge(text, status)).toEqual({ ok: false, reason });
  });
});

describe('an error that comes as a success', () => {
  it.each([
    [
      '{"error":{"code":502,"message":"m"},"choices":[{"message":{"content":""},"finish_reason":null}]}',
      502,
    ],
    [
      '{"choices":[{"message":{"content":"par"},"finish_reason":"error","error":{"code":429}}]}',
      429,
    ],
    ['{"choices":[{"message":{"content":"a"}},{"message":{},"error":{"code":"503"}}]}', 503],
    [
      '{"choices":[{"message":{"content":""},"finish_reason":"insufficient_system_resource"}]}',
      503,
    ],
    ['{"error":{"code":"insufficient_quota","message":"m"}}', 429],
    ['{"error":{"code":429,"message":"m"}}', 429],
    ['{"error":{"code":"429"}}', 429],
    ['{"error":{"type":"overloaded_error","message":"m"},"type":"error"}', 529],
    ['[{"error":{"code":400,"status":"INVALID_ARGUMENT"}}]', 400],
    ['{"error":{"status":"RESOURCE_EXHAUSTED"}}', 429],
    ['{"object":"error","message":"m","type":"NotFoundError","code":404}', 404],
    ['{"detail":{"code":"rate_limit_exceeded","message":"m"}}', 429],
    ['{"code":"model_not_found","message":"m"}', 404],
    ['{"errors":[{"code":503}]}', 503],
  ])('%s is judged as %d', (text, status) => {
    expect(judge(text)).toMatchObject({ ok: false, status });
  });
});

describe('a list', () => {
  it('is an object with data, which may be empty', () => {
    expect(validateBody(200, Buffer.from('{"data":[]}'), list).ok).toBe(true);
    expect(validateBody(200, Buffer.from('{"data":{}}'), list).ok).toBe(false);
    expect(validateBody(200, Buffer.from('[]'), list).ok).toBe(false);
  });
});

describe('an error body', () => {
  const NOTHING = { words: [], status: null, retryDelay: null, message: null };

  it.each<[string, object]>([
    [
      '{"error":{"message":"m","type":"t","param":null,"code":"c"}}',
      { words: ['c', 't'], message: 'm' },
    ],
    ['\uFEFF{"error":{"code":"c"}}', { words: ['c'] }],
    ['{"error":"text"}', { message: 'text' }],
    ['{"error":{"message":"m","code":429}}', { words: ['429'], status: 429, message: 'm' }],
    ['[{"error":{"message":"m"}}]', { message: 'm' }],
    [
      '{"object":"error","message":"m","type":"t","code":404}',
      { words: ['404', 't'], status: 404, message: 'm' },
    ],
    ['{"error":{"code":{"a":1},"type":7,"message":["m"]}}', { words: ['7'] }],
    ['{"detail":"no"}', { message: 'no' }],
    ['{"detail":[{"type":"missing","msg":"m"}]}', { words: ['missing'], message: 'm' }],
    ['{"message":"Unauthorized","request_id":"1"}', { message: 'Unauthorized' }],
    [
      '{"code":0,"type":"invalid_request_error","message":"m"}',
      { words: ['0', 'invalid_request_error'], status: 400, message: 'm' },
    ],
    [
      '{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"35s"}]}}',
      {
        words: ['429', 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED'],
        status: 429,
        retryDelay: '35s',
        message: 'm',
      },
    ],
  ])('%s is read', (text, error) => {
    expect(parseErrorBody(Buffer.from(text))).toEqual({ ...NOTHING, ...error });
  });

  it('has no word that is as long as a text', () => {
    const text = JSON.stringify({ error: { code: 'c'.repeat(129), type: 't'.repeat(129) } });
    expect(parseErrorBody(Buffer.from(text))).toEqual(NOTHING);
  });

  it.each(['<html>', '', 'null', '[]', '"x"', '{}', '{"error":null}', '{"detail":[]}'])(
    '%j holds none',
    (text) => {
      expect(parseErrorBody(Buffer.from(text))).toBeNull();
    },
  );
});
