import {
  endpointModuleAt,
  ProviderClient,
  type Frame,
  streamModuleAt,
  type StreamOutcome,
} from '@reqrun/providers';

import { Simulator } from './harness/services.js';

/** A call's end, and the frames that came before it. */
interface Streamed {
  readonly outcome: StreamOutcome;
  readonly frames: readonly Frame[];
}

let simulator: Simulator;
let client: ProviderClient;
let calls = 0;

beforeAll(async () => {
  simulator = new Simulator();
  await simulator.start();
  client = new ProviderClient({ trustedBaseUrls: [simulator.url] });
});
afterAll(async () => {
  await client.close();
  await simulator.stop();
});

async function stream(
  step: string,
  path = '/chat/completions',
  limits: { ttftMs?: number; idleTimeoutMs?: number } = {},
): Promise<Streamed> {
  const frames: Frame[] = [];
  const input = { messages: [{ role: 'user', content: 'x' }], prompt: 'x', input: 'x' };
  calls += 1;
  const outcome = await client.callStream(
    {
      baseUrl: simulator.url,
      path,
      apiKey: null,
      headers: {},
      idempotencyKey: `rr_provider${String(calls)}-1`,
      timeoutMs: 60_000,
      expect: endpointModuleAt(path)!,
      stream: streamModuleAt(path)!,
      body: Buffer.from(JSON.stringify({ ...input, model: `sim/${step}`, stream: true })),
      ...limits,
    },
    { frame: (frame) => void frames.push(frame) },
  );
  return { outcome, frames };
}

const PATHS = ['/chat/completions', '/completions', '/responses'];
const DIALECTS = ['comments', 'crlf', 'bom', 'bytes', 'multiline', 'no-done', 'azure', 'merged'];

describe('a stream of the simulator', () => {
  it.each(PATHS.flatMap((path) => ['ok', ...DIALECTS].map((step) => [step, path] as const)))(
    'of %s at %s is whole, and its usage is asked for',
    async (step, path) => {
      const { outcome, frames } = await stream(step, path);
      expect(outcome).toMatchObject({ kind: 'success', madeUp: false, frames: frames.length });
      expect(outcome.kind === 'success' && outcome.usage).toMatchObject({
        total_tokens: expect.any(Number) as number,
      });
      expect(frames.filter(({ makesWhole }) => makesWhole).length).toBe(1);
      expect(outcome.kind === 'success' && JSON.parse(outcome.body.toString())).toMatchObject(
        path === '/responses' ? { object: 'response' } : { choices: [{ finish_reason: 'stop' }] },
      );
    },
  );

  it.each(['tools', 'double-index', 'name-parts'])('of %s comes to one tool call', async (step) => {
    const { outcome } = await stream(step);
    expect(outcome.kind === 'success' && JSON.parse(outcome.body.toString())).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: { tool_calls: [{ function: { name: 'simulated_tool', arguments: '{}' } }] },
        },
      ],
    });
  });

  it.each(PATHS)('at %s that is no stream is taken as the answer that it is', async (path) => {
    const { outcome, frames } = await stream('json', path);
    expect(outcome).toMatchObject({ kind: 'success', madeUp: true });
    expect(frames.length).toBeGreaterThan(2);
  });

  it.each(
    PATHS.flatMap((path) =>
      [
        ['cut:4', { kind: 'stream_truncated' }],
        ['no-finish', { kind: 'stream_truncated' }],
        ['eof-mid-event', { kind: 'stream_truncated' }],
        ['garbage:4', { kind: 'invalid_response', reason: 'not_json' }],
        ['error:4', { kind: 'http_error', httpStatus: 500 }],
        ['error:4:rate_limit_exceeded', { kind: 'http_error', httpStatus: 429 }],
        ['503', { kind: 'http_error', httpStatus: 503 }],
        ['html', { kind: 'invalid_response', reason: 'not_json' }],
        ['empty', { kind: 'invalid_response', reason: 'empty' }],
        ['reset', { kind: 'network_error' }],
      ].map(([step, seen]) => [step as string, path, seen as object] as const),
    ),
  )('of %s at %s fails as what it is', async (step, path, seen) => {
    expect((await stream(step, path)).outcome).toMatchObject(seen);
  });

  it('that fails by its finish reason fails', async () => {
    expect((await stream('finish-error:4')).outcome).toMatchObject({ reason: 'error_in_body' });
    expect((await stream('finish-error:4', '/responses')).outcome).toMatchObject({
      kind: 'http_error',
      httpStatus: 500,
    });
  });

  it.each(PATHS)('at %s is a timeout when it says nothing, or no more', async (path) => {
    expect((await stream('ttft:60000', path, { ttftMs: 300 })).outcome).toEqual({
      kind: 'timeout',
      phase: 'ttft',
    });
    expect((await stream('reasoning:60', path, { idleTimeoutMs: 300 })).outcome).toEqual({
      kind: 'timeout',
      phase: 'idle',
    });
  });
});
