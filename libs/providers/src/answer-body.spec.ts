import { judgeBody, parseErrorBody } from './answer-body.js';
import { COMPLETION } from './testing/calls.js';

const judge = (text: string, status = 200) =>
  judgeBody(status, Buffer.from(text), 'chat.completion');

describe('a completion', () => {
  it('is good with its usage', () => {
    expect(judge(COMPLETION)).toEqual({
      ok: true,
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  });

  it.each([
    ['without object or usage', '{"choices":[{}]}', 200],
    ['after the blank lines that some providers send while they wait', '\n\n{"choices":[{}]}', 200],
    ['with a usage that is no object', '{"choices":[{}],"usage":[1]}', 200],
    ['with 201, as some frameworks answer a POST', '{"choices":[{}]}', 201],
  ])('is good %s', (_name, text, status) => {
    expect(judge(text, status)).toEqual({ ok: true, usage: null });
  });

  it('that is cut anywhere is never good', () => {
    const lengths = Array.from({ length: COMPLETION.length }, (_value, length) => length);
    const good = lengths.filter((length) => judge(COMPLETION.slice(0, length)).ok);
    expect(good).toEqual([]);
  });

  it.each([
    ['', 200, 'empty'],
    ['', 204, 'empty'],
    ['<html></html>', 200, 'not_json'],
    ['data: {"choices":[{}]}\n\n', 200, 'not_json'],
    ['   ', 200, 'not_json'],
    ['null', 200, 'wrong_shape'],
    ['[]', 200, 'wrong_shape'],
    ['"choices"', 200, 'wrong_shape'],
    ['{}', 200, 'wrong_shape'],
    ['{"choices":{}}', 200, 'wrong_shape'],
    ['{"choices":[]}', 200, 'wrong_shape'],
    ['{"choices":[null]}', 200, 'wrong_shape'],
    ['{"choices":[{},[]]}', 200, 'wrong_shape'],
    ['{"error":{"message":"no"}}', 200, 'wrong_shape'],
    ['{"choices":[{}]}', 202, 'wrong_shape'],
    ['{"choices":[{}]}', 206, 'wrong_shape'],
  ])('is not %j with %d (%s)', (text, status, reason) => {
    expect(judge(text, status)).toEqual({ ok: false, reason });
  });
});

describe('a list', () => {
  it('is an object with data, which may be empty', () => {
    expect(judgeBody(200, Buffer.from('{"data":[]}'), 'list').ok).toBe(true);
    expect(judgeBody(200, Buffer.from('{"data":{}}'), 'list').ok).toBe(false);
    expect(judgeBody(200, Buffer.from('[]'), 'list').ok).toBe(false);
  });
});

describe('an error body', () => {
  it.each([
    [
      '{"error":{"message":"m","type":"t","param":null,"code":"c"}}',
      { code: 'c', type: 't', message: 'm' },
    ],
    ['{"error":"text"}', { code: null, type: null, message: 'text' }],
    ['{"error":{"message":"m","code":429}}', { code: '429', type: null, message: 'm' }],
    ['[{"error":{"message":"m"}}]', { code: null, type: null, message: 'm' }],
    [
      '{"object":"error","message":"m","type":"t","code":404}',
      { code: '404', type: 't', message: 'm' },
    ],
    [
      '{"error":{"code":{"a":1},"type":7,"message":["m"]}}',
      { code: null, type: '7', message: null },
    ],
  ])('%s is read', (text, error) => {
    expect(parseErrorBody(Buffer.from(text))).toEqual(error);
  });

  it('has no code or type that is as long as a text', () => {
    const text = JSON.stringify({ error: { code: 'c'.repeat(129), type: 't'.repeat(129) } });
    expect(parseErrorBody(Buffer.from(text))).toEqual({ code: null, type: null, message: null });
  });

  it.each(['<html>', '', 'null', '[]', '"x"', '{}', '{"error":null}', '{"detail":"x"}'])(
    '%j holds none',
    (text) => {
      expect(parseErrorBody(Buffer.from(text))).toBeNull();
    },
  );
});
