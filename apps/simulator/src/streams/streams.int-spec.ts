import OpenAI from 'openai';

import { readStream, type SeenStream } from '../testing/read-stream.js';
import { type RunningSimulator, startSimulator } from '../testing/running-simulator.js';

interface Chunk {
  choices?: {
    delta: { content?: string | null; tool_calls?: unknown[] };
    finish_reason: string | null;
  }[];
  usage?: unknown;
}

let simulator: RunningSimulator;
let openai: OpenAI;
beforeAll(async () => {
  simulator = await startSimulator();
  openai = new OpenAI({ baseURL: `${simulator.origin}/v1`, apiKey: 'test', maxRetries: 0 });
});
afterAll(() => simulator.close());

const chat = (model: string, body: object = {}, key?: string): Promise<SeenStream> =>
  readStream(
    simulator.origin,
    '/chat/completions',
    { model: `sim/${model}`, ...body },
    key === undefined ? {} : { 'idempotency-key': key },
  );
const textOf = ({ events }: SeenStream): string =>
  events
    .filter((event): event is Chunk => typeof event === 'object' && event !== null)
    .map(({ choices }) => choices?.[0]?.delta.content ?? '')
    .join('');
const reasonOf = ({ events }: SeenStream): unknown =>
  (events as Chunk[]).map((event) => event.choices?.[0]?.finish_reason).find((reason) => reason);

describe('the words of a stream', () => {
  it('follow from the id of the request, the number of the call and their place', async () => {
    const one = await chat('tokens:3', {}, 'rr_0123456789abcdef-1');
    const two = await chat('tokens:3', {}, 'rr_0123456789abcdef-2');
    expect(textOf(one)).toBe('89abcdef-1-0 89abcdef-1-1 89abcdef-1-2');
    expect(textOf(two)).toBe('89abcdef-2-0 89abcdef-2-1 89abcdef-2-2');
  });

  it('are those of the whole answer', async () => {
    const whole = await openai.chat.completions.create({
      model: 'sim/tokens:5',
      messages: [{ role: 'user', content: 'x' }],
    });
    expect(whole.choices[0]?.message.content).toBe(textOf(await chat('tokens:5')));
  });
});

describe('a stream', () => {
  it.each(['comments', 'crlf', 'bom', 'bytes', 'multiline'])(
    'written with %s says the same',
    async (trait) => {
      const plain = await chat('tokens:4');
      const odd = await chat(`tokens:4+${trait}`);
      expect(textOf(odd)).toBe(textOf(plain));
      if (trait !== 'bytes') {
        expect(odd.text).not.toHaveLength(plain.text.length);
      }
    },
  );

  it.each([
    ['cut:3', 3, false],
    ['garbage:3', 4, true],
    ['error:3', 4, true],
    ['no-done+tokens:2', 4, true],
    ['no-finish+tokens:2', 4, true],
    ['tokens:2+eof-mid-event', 4, true],
    ['tokens:2+merged', 4, true],
    ['tokens:2+azure', 6, true],
    ['tokens:2', 5, true],
  ])('of %s has %i events', async (step, count, isComplete) => {
    const seen = await chat(step);
    expect(seen.events.length).toBe(count);
    expect(seen.isComplete).toBe(isComplete);
    expect(seen.contentType).toMatch(/^text\/event-stream/);
  });

  it('that stalls says no more, and stays open', async () => {
    const open = simulator.open('sim/stall:2', { stream: true });
    await open.firstPiece;
    const { body } = open.soFar;
    expect(body.match(/^data: /gm)?.length).toBe(2);
    open.request.destroy();
    expect(await open.ended).toMatchObject({ complete: false });
  });

  it.each([
    ['error:1', 'server_error'],
    ['error:1:rate_limit_exceeded', 'rate_limit_exceeded'],
    ['error:1:429', 429],
  ])('of %s ends with that error', async (step, code) => {
    expect((await chat(step)).events.at(-1)).toMatchObject({ error: { code } });
  });

  it('can end with a finish reason that is none, or on its last word', async () => {
    expect(reasonOf(await chat('finish-error:2'))).toBe('error');
    const merged = await chat('tokens:2+merged');
    expect(merged.events.at(-2)).toMatchObject({
      choices: [{ delta: { content: 'sim-1-1' }, finish_reason: 'stop' }],
    });
  });

  it('can be a whole answer in spite of it', async () => {
    const seen = await chat('json+tokens:2');
    expect(seen.contentType).toBe('application/json');
    expect(JSON.parse(seen.text)).toMatchObject({
      choices: [{ message: { content: 'sim-1-0 sim-1-1' } }],
    });
  });

  it('can have two pieces of one call in a chunk, and a name in pieces', async () => {
    const pieces = async (step: string): Promise<number[]> =>
      ((await chat(step)).events as Chunk[])
        .map((event) => event.choices?.[0]?.delta.tool_calls?.length ?? 0)
        .filter((count) => count > 0);
    expect(await pieces('tools')).toEqual([1, 1]);
    expect(await pieces('double-index')).toEqual([1, 2]);
    expect(await pieces('name-parts')).toEqual([1, 1, 1]);
  });

  it('has the usage that was asked for', async () => {
    const { events } = await chat('tokens:2', { stream_options: { include_usage: true } });
    expect(events.at(-2)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
  });

  it('of completions is read by the stock SDK', async () => {
    const texts: string[] = [];
    const stream = await openai.completions.create({
      model: 'sim/tokens:3',
      prompt: 'x',
      stream: true,
    });
    for await (const { choices } of stream) {
      texts.push(choices[0]?.text ?? '');
    }
    expect(texts).toEqual(['sim-1-0 ', 'sim-1-1 ', 'sim-1-2', '']);
  });

  it.each(['tokens:3', 'tools', 'ok', 'incomplete'])(
    'of responses is read by the stock SDK: %s',
    async (step) => {
      const stream = openai.responses.stream({ model: `sim/${step}`, input: 'x' });
      const numbers: number[] = [];
      stream.on('event', ({ sequence_number: number }) => numbers.push(number));
      const final = await stream.finalResponse();
      expect(final.status).toBe(step === 'incomplete' ? 'incomplete' : 'completed');
      expect(numbers).toEqual(numbers.map((_number, at) => at));
      const kept = await openai.responses.retrieve(final.id);
      expect(kept.output).toMatchObject(
        step === 'tools' ? [{ type: 'function_call' }] : [{ type: 'message' }],
      );
    },
  );

  it.each([
    ['error:3', { type: 'error', sequence_number: 3, code: 'server_error' }],
    ['finish-error:3', { type: 'response.failed', sequence_number: 3 }],
    ['failed:invalid_prompt', { type: 'response.failed', response: { status: 'failed' } }],
  ])('of responses can fail: %s', async (step, event) => {
    const { events } = await readStream(simulator.origin, '/responses', { model: `sim/${step}` });
    expect(events.at(-1)).toMatchObject(event);
  });
});

describe('a stream step', () => {
  it.each([
    'tokens',
    'tokens:0',
    'tokens:2:0',
    'tokens:2:3:4',
    'ttft:x',
    'ttft:600001',
    'cut:x',
    'error:3:a-b',
    'error',
    'tokens:2+sideways',
    'crlf+cut',
    'reasoning:601',
  ])('%s is refused by name', async (step) => {
    const { body, status } = await simulator.call(`sim/${step}`, { stream: true });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      error: { code: 'invalid_simulation', message: expect.stringContaining(step) as string },
    });
  });

  it.each([
    ['cut:3', { complete: false, status: 200 }],
    ['error:3', { complete: true, status: 200 }],
    ['garbage:3', { complete: true, status: 200 }],
    ['ttft:1', { complete: true, status: 200 }],
  ])('%s breaks an answer that is no stream too', async (step, seen) => {
    expect(await simulator.call(`sim/${step}`)).toMatchObject(seen);
  });
});
