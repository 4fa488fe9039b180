import { PROMPT, startSimulator, type RunningSimulator } from '../testing/running-simulator.js';

interface ErrorAnswer {
  error: { message: string; type: string; param: string | null; code: string | null };
}

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => fetch(`${simulator.origin}/calls`, { method: 'DELETE' }));
afterAll(() => simulator.close());

describe('an HTTP error', () => {
  it.each([
    ['400', 400, 'invalid_request_error', null],
    ['400:unsupported_value', 400, 'invalid_request_error', 'unsupported_value'],
    ['401', 401, 'invalid_request_error', 'invalid_api_key'],
    ['403', 403, 'request_forbidden', 'unsupported_country_region_territory'],
    ['404', 404, 'invalid_request_error', 'model_not_found'],
    ['408', 408, 'invalid_request_error', null],
    ['429', 429, 'requests', 'rate_limit_exceeded'],
    ['429:insufficient_quota', 429, 'insufficient_quota', 'insufficient_quota'],
    ['429:too_large', 429, 'tokens', 'rate_limit_exceeded'],
    ['500', 500, 'server_error', null],
    ['503', 503, 'server_error', null],
    ['503:server_is_overloaded', 503, 'service_unavailable_error', 'server_is_overloaded'],
    ['520', 520, 'server_error', null],
    ['422:toString', 422, 'invalid_request_error', 'toString'],
  ])('%s comes in the shape that OpenAI gives it', async (step, status, type, code) => {
    const answer = await simulator.call(`sim/${step}`);
    expect(answer).toMatchObject({ status, complete: true });
    expect(answer.headers['content-type']).toBe('application/json');
    const { error } = JSON.parse(answer.body) as ErrorAnswer;
    expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(error).toMatchObject({ type, code });
  });

  it('for a request above the limit is known by its message alone', async () => {
    const { body } = await simulator.call('sim/429:too_large');
    expect((JSON.parse(body) as ErrorAnswer).error.message).toMatch(
      /^Request too large for sim\/429:too_large in organization \S+ on tokens per min \(TPM\): Limit 30000, Requested 36278\./,
    );
  });

  it.each([
    ['429:retry-after=2', { 'retry-after': '2' }],
    ['503:retry-after-ms=150', { 'retry-after-ms': '150' }],
    [
      '429:reset-requests=1s',
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1s',
        'x-ratelimit-remaining-tokens': '29999000',
      },
    ],
    [
      '429:reset-tokens=6m0s',
      { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '6m0s' },
    ],
  ])('%s says when to come again', async (step, headers) => {
    expect((await simulator.call(`sim/${step}`)).headers).toMatchObject(headers);
  });

  it.each(['echo-error', '400:echo', '500:echo'])(
    '%s repeats the prompt in its message',
    async (step) => {
      const { body } = await simulator.call(`sim/${step}`);
      expect((JSON.parse(body) as ErrorAnswer).error.message).toContain(PROMPT);
    },
  );
});

describe('a connection that goes wrong', () => {
  it.each(['timeout', 'hang', 'slow:600000'])(
    '%s gives no headers while others are answered, until the caller leaves',
    async (step) => {
      const open = simulator.open(`sim/${step}`);
      await simulator.calls((calls) => calls.length === 1);
      expect(await simulator.call('sim/ok')).toMatchObject({ status: 200 });
      expect(await simulator.calls()).toMatchObject([{ step, ended_at: null }, { step: 'ok' }]);
      expect(open.soFar.status).toBeUndefined();

      open.request.destroy();
      const [left] = await simulator.calls((calls) => calls[0]?.ended_at !== null);
      expect(left).toMatchObject({ step, aborted: true });
    },
  );

  it.each([
    ['a whole body', false],
    ['a stream', true],
  ])('stall gives the headers and half of %s, then nothing', async (_what, stream) => {
    const open = simulator.open('sim/stall', { stream });
    await open.firstPiece;
    expect(open.soFar).toMatchObject({ status: 200, complete: false });
    expect(await simulator.calls()).toMatchObject([{ ended_at: null }]);
    expect(open.soFar.body).not.toContain('finish_reason":"stop"');

    open.request.destroy();
    const [left] = await simulator.calls((calls) => calls[0]?.ended_at !== null);
    expect(left).toMatchObject({ aborted: true });
  });

  it('reset ends the connection before any header', async () => {
    expect(await simulator.call('sim/reset')).toMatchObject({
      status: undefined,
      errorCode: 'ECONNRESET',
    });
    expect(await simulator.calls()).toMatchObject([{ step: 'reset', aborted: false }]);
  });

  it('cut ends the connection short of the length it announced', async () => {
    const answer = await simulator.call('sim/cut');
    expect(answer).toMatchObject({ status: 200, complete: false, errorCode: 'ECONNRESET' });
    expect(answer.body.length).toBeGreaterThan(0);
    expect(answer.body.length).toBeLessThan(Number(answer.headers['content-length']));
    expect(await simulator.calls()).toMatchObject([{ step: 'cut', aborted: false }]);
  });

  it('cut ends a stream between two events, before its finish reason', async () => {
    const answer = await simulator.call('sim/cut', { stream: true });
    expect(answer).toMatchObject({ status: 200, complete: false });
    expect(answer.body).toMatch(/\}\n\n$/);
    expect(answer.body).not.toContain('"finish_reason":"stop"');
  });
});

describe('a 200 that is no completion', () => {
  it.each([
    ['html', 200],
    ['html:502', 502],
  ])('%s is the error page of something in between', async (step, status) => {
    const answer = await simulator.call(`sim/${step}`);
    expect(answer).toMatchObject({ status, complete: true });
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['x-request-id']).toBeUndefined();
    expect(answer.body).toContain('<html>');
  });

  it('empty has no body at all', async () => {
    expect(await simulator.call('sim/empty')).toMatchObject({
      status: 200,
      complete: true,
      body: '',
    });
  });

  it('notjson says it is JSON and is not', async () => {
    const answer = await simulator.call('sim/notjson');
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(() => JSON.parse(answer.body) as unknown).toThrow(SyntaxError);
  });

  it('shape is JSON, but not a completion', async () => {
    const { status, body } = await simulator.call('sim/shape');
    expect(status).toBe(200);
    expect(JSON.parse(body)).not.toHaveProperty('choices');
  });

  it('huge is a good completion of exactly that many MiB whose length nobody announced', async () => {
    const answer = await simulator.call('sim/huge:2');
    expect(answer).toMatchObject({ status: 200, complete: true });
    expect(answer.headers).not.toHaveProperty('content-length');
    expect(Buffer.byteLength(answer.body)).toBe(2 * 1024 * 1024);
    expect(JSON.parse(answer.body)).toHaveProperty('choices.0.finish_reason', 'stop');
  });

  it('redirect points the caller to another host', async () => {
    const url = 'http://192.0.2.1:1/v1/chat/completions?a=b,c';
    const answer = await simulator.call(`sim/redirect:${encodeURIComponent(url)}`);
    expect(answer).toMatchObject({ status: 307, complete: true, body: '' });
    expect(answer.headers.location).toBe(url);
  });
});

describe('the prompt', () => {
  it.each(['ok', 'slow:1', 'tools', '400', '429:too_large', 'html', 'shape', 'huge:1', 'cut'])(
    'is in nothing that %s answers',
    async (step) => {
      const { headers, body } = await simulator.call(`sim/${step}`);
      expect(body.length).toBeGreaterThan(0);
      expect(JSON.stringify(headers) + body).not.toContain(PROMPT);
    },
  );
});
