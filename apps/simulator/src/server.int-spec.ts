import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import OpenAI, { AuthenticationError } from 'openai';

import { CallFile } from './calls/call-file.js';
import { KNOWN_STEPS } from './script/script.js';
import { PROMPT, startSimulator, type RunningSimulator } from './testing/running-simulator.js';

let folder: string;
let callFile: CallFile;
let simulator: RunningSimulator;
let openai: OpenAI;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  callFile = new CallFile(join(folder, 'calls.jsonl'));
  simulator = await startSimulator({ callFile });
  openai = new OpenAI({ baseURL: `${simulator.origin}/v1`, apiKey: 'test', maxRetries: 2 });
});
beforeEach(() => fetch(`${simulator.origin}/calls`, { method: 'DELETE' }));
afterAll(async () => {
  await simulator.close();
  callFile.close();
  await rm(folder, { recursive: true });
});

const messages = [{ role: 'user' as const, content: PROMPT }];

describe('a good answer', () => {
  it.each(['gpt-4o', 'sim/ok', 'sim/slow:1'])('of %s is a chat completion', async (model) => {
    const completion = await openai.chat.completions.create({ model, messages });
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-\w+$/) as string,
      object: 'chat.completion',
      created: expect.any(Number) as number,
      model,
      choices: [{ index: 0, message: { role: 'assistant' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 11, total_tokens: 16 },
      system_fingerprint: 'fp_simulator',
    });
    expect(completion.choices[0]?.message.content).toMatch(/^\w.+\.$/);
  });

  it('says the same thing every time', async () => {
    const said = async (): Promise<unknown> =>
      (await openai.chat.completions.create({ model: 'sim/ok', messages })).choices;
    expect(await said()).toEqual(await said());
  });

  it('carries the headers of OpenAI, and an id of its own', async () => {
    const [one, two] = [await simulator.call('sim/ok'), await simulator.call('sim/ok')];
    expect(one.headers).toMatchObject({
      'content-type': 'application/json',
      'x-request-id': expect.stringMatching(/^req_[0-9a-f]{32}$/) as string,
      'openai-processing-ms': expect.stringMatching(/^\d+$/) as string,
      'openai-version': '2020-10-01',
    });
    for (const what of ['requests', 'tokens']) {
      for (const part of ['limit', 'remaining', 'reset']) {
        expect(one.headers).toHaveProperty(`x-ratelimit-${part}-${what}`);
      }
    }
    expect(one.headers['x-request-id']).not.toBe(two.headers['x-request-id']);
  });

  it('repeats the prompt only when the step is echo', async () => {
    const completion = await openai.chat.completions.create({
      model: 'sim/echo',
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: [{ type: 'text', text: PROMPT }] },
      ],
    });
    expect(completion.choices[0]?.message.content).toBe(`be brief\n${PROMPT}`);
  });

  it('is JSON when JSON is asked for', async () => {
    const completion = await openai.chat.completions.create({
      model: 'sim/ok',
      messages,
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({ simulated: true });
  });

  it('fits the JSON Schema that is asked for', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    };
    const completion = await openai.chat.completions.create({
      model: 'sim/ok',
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'weather', schema } },
    });
    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({
      city: 'simulated',
      unit: 'C',
    });
  });

  it('to an endless JSON Schema is a 400, and the simulator lives on', async () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: { $ref: '#' } } };
    const answer = await simulator.call('sim/ok', { response_format: format });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toHaveProperty('error.code', 'invalid_simulation');
    expect(await simulator.call('sim/ok')).toMatchObject({ status: 200 });
  });

  const tools = ['first', 'second'].map((name) => ({
    type: 'function' as const,
    function: {
      name,
      parameters: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    },
  }));

  it.each([
    ['sim/tools', undefined, 'first'],
    ['sim/ok', 'required' as const, 'first'],
    ['sim/ok', { type: 'function' as const, function: { name: 'second' } }, 'second'],
  ])('of %s with tool_choice %j calls the tool', async (model, choice, name) => {
    const completion = await openai.chat.completions.create({
      model,
      messages,
      tools,
      ...(choice === undefined ? {} : { tool_choice: choice }),
    });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [{ type: 'function', function: { name, arguments: '{"n":1}' } }],
      },
    });
  });

  it('calls no tool that is merely offered', async () => {
    const completion = await openai.chat.completions.create({ model: 'sim/ok', messages, tools });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
  });
});

describe('a stream', () => {
  it('says what the whole answer says, piece by piece, and its usage if asked', async () => {
    const whole = await openai.chat.completions.create({ model: 'sim/ok', messages });
    const stream = openai.chat.completions.stream({
      model: 'sim/ok',
      messages,
      stream_options: { include_usage: true },
    });
    const deltas: string[] = [];
    stream.on('content', (delta) => deltas.push(delta));
    const streamed = await stream.finalChatCompletion();
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.join('')).toBe(whole.choices[0]?.message.content);
    expect(streamed.choices[0]?.finish_reason).toBe('stop');
    expect(streamed.usage).toEqual(whole.usage);
  });

  it('has no usage that was not asked for, and ends with [DONE]', async () => {
    const { headers, body } = await simulator.call('sim/ok', { stream: true });
    expect(headers['content-type']).toMatch(/^text\/event-stream/);
    expect(body).not.toContain('usage');
    expect(body).toMatch(/"finish_reason":"stop"\}\]\}\n\ndata: \[DONE\]\n\n$/);
  });

  it('can hold a tool call', async () => {
    const stream = openai.chat.completions.stream({ model: 'sim/tools', messages });
    const call = (await stream.finalChatCompletion()).choices[0]?.message.tool_calls?.[0];
    expect(call).toMatchObject({ function: { name: 'simulated_tool', arguments: '{}' } });
  });
});

describe('a script', () => {
  it('goes one step further with each attempt of a request, and the last step repeats', async () => {
    const statuses = [];
    for (const n of [1, 2, 3, 4]) {
      const key = { 'idempotency-key': `rr_steps-${n}` };
      statuses.push((await simulator.call('sim/500,503,ok', {}, key)).status);
    }
    expect(statuses).toEqual([500, 503, 200, 200]);
  });

  it('brings a stock OpenAI SDK through its own retries', async () => {
    const model = 'sim/500:retry-after-ms=1,429:retry-after-ms=1,ok';
    await openai.chat.completions.create({ model, messages });
    expect((await simulator.calls()).map(({ step }) => step)).toEqual([
      '500:retry-after-ms=1',
      '429:retry-after-ms=1',
      'ok',
    ]);
  });

  it('reaches a stock OpenAI SDK as the error that it has for it', async () => {
    await expect(
      openai.chat.completions.create({ model: 'sim/401', messages }),
    ).rejects.toBeInstanceOf(AuthenticationError);
  });

  it('that cannot be read is a 400 that names the step and lists the known ones', async () => {
    const answer = await simulator.call('sim/ok,oops');
    const { error } = JSON.parse(answer.body) as { error: { message: string } };
    expect(answer.status).toBe(400);
    expect(error).toMatchObject({
      type: 'invalid_request_error',
      code: 'invalid_simulation',
      param: 'model',
    });
    for (const named of ["'oops'", ...KNOWN_STEPS]) {
      expect(error.message).toContain(named);
    }
  });
});

describe('the list of calls', () => {
  it('shows each call with the names of its headers, never a value or a prompt', async () => {
    const headers = {
      'idempotency-key': 'rr_shown-1',
      'user-agent': 'someone/1',
      authorization: 'Bearer secret-key',
    };
    await simulator.call('sim/503', {}, headers);
    const listed = await simulator.calls();
    expect(listed).toMatchObject([
      {
        request_id: 'rr_shown',
        idempotency_key: 'rr_shown-1',
        model: 'sim/503',
        step: '503',
        ended_at: expect.any(String) as string,
        aborted: false,
        user_agent: 'someone/1',
        headers: expect.arrayContaining(['authorization', 'idempotency-key']) as string[],
      },
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/secret/);
  });

  it('finds the calls of one request, says how many there were, and can be cleared', async () => {
    await simulator.call('sim/ok', {}, { 'idempotency-key': 'rr_one-1' });
    await simulator.call('sim/ok', {}, { 'idempotency-key': 'rr_two-1' });
    const found = await fetch(`${simulator.origin}/calls?request_id=rr_two`);
    expect(await found.json()).toMatchObject({
      object: 'list',
      data: [{ request_id: 'rr_two' }],
      total: 2,
    });
    expect((await fetch(`${simulator.origin}/calls`, { method: 'DELETE' })).status).toBe(204);
    expect(await simulator.calls()).toEqual([]);
  });

  it('goes to a file on request, a line before each answer, without the prompt', async () => {
    await simulator.call('sim/echo', {}, { 'idempotency-key': 'rr_file-7' });
    const text = await readFile(join(folder, 'calls.jsonl'), 'utf8');
    expect(text).not.toContain(PROMPT);
    expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      request_id: 'rr_file',
      key_number: 7,
      step: 'echo',
      model: 'sim/echo',
      path: '/v1/chat/completions',
    });
  });
});

describe('everything else', () => {
  it('offers models whose scripts can all be played', async () => {
    const models = (await openai.models.list()).data.map(({ id }) => id);
    expect(models).toContain('sim/ok');
    expect(models.length).toBeGreaterThan(5);
    for (const model of models) {
      const open = simulator.open(model);
      await simulator.calls((calls) => calls.at(-1)?.model === model);
      open.request.destroy();
    }
    expect((await simulator.calls()).map(({ step }) => step)).not.toContain('invalid');
  });

  it('is alive', async () => {
    expect(await (await fetch(`${simulator.origin}/health/live`)).json()).toEqual({ status: 'ok' });
  });

  const missing = 'missing_required_parameter';
  it.each([
    ['POST', '/v1/chat/completions', '{"model":', 400, null, null],
    ['POST', '/v1/chat/completions', '{"messages":[{}]}', 400, 'model', missing],
    ['POST', '/v1/chat/completions', '{"model":"sim/ok","messages":[]}', 400, 'messages', missing],
    ['POST', '/v1/responses', '{}', 400, 'model', missing],
    ['POST', '/v1/embeddings', '{"model":"sim/ok","input":[]}', 400, 'input', missing],
    ['POST', '/v1/threads', '{}', 404, null, null],
    ['GET', '/v1/responses/resp_unknown', null, 404, null, null],
    ['GET', '/nowhere?a=b', null, 404, null, null],
  ])(
    '%s %s with %s is an error in the shape of OpenAI',
    async (method, path, body, status, param, code) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(simulator.origin + path, { method, headers, body });
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({
        error: {
          message: expect.any(String) as string,
          type: 'invalid_request_error',
          param,
          code,
        },
      });
    },
  );
});
