import {
  brotliCompressSync,
  createBrotliCompress,
  createDeflate,
  createGzip,
  deflateSync,
  gzipSync,
} from 'node:zlib';
import type { Transform } from 'node:stream';

import { ProviderClient, type ProviderClientOptions } from '../provider-client.js';
import {
  type Answer,
  head,
  type ScriptedServer,
  startScriptedServer,
  whole,
} from '../testing/scripted-server.js';
import {
  asEvents,
  chatChunk,
  DONE,
  HI_YOU,
  HI_YOU_BODY,
  KeepingSink,
  streamCallTo,
} from '../testing/streams.js';
import type { StreamOutcome } from './stream-outcome.js';
import type { StreamControl, StreamHead } from './stream-sink.js';

let client: ProviderClient;
let server: ScriptedServer;
let sink: KeepingSink;

const SSE = { 'content-type': 'text/event-stream', 'x-request-id': 'req_9', connection: 'close' };
const FRAMES = asEvents(HI_YOU);

async function streamFrom(
  answer: Answer,
  over: Parameters<typeof streamCallTo>[1] = {},
  options: ProviderClientOptions = {},
): Promise<StreamOutcome> {
  client = new ProviderClient(options);
  server = await startScriptedServer(answer);
  sink = new KeepingSink();
  return client.callStream(streamCallTo(server.baseUrl, over), sink);
}

/** Sends a stream of events and closes the connection properly. */
const streams =
  (...parts: (string | Buffer)[]): Answer =>
  (socket) =>
    socket.end(Buffer.concat([head('200 OK', SSE), ...parts.map((part) => Buffer.from(part))]));

/** Sends a stream in chunks and leaves its connection open without an end. */
const streamsOpenly =
  (...parts: string[]): Answer =>
  (socket) => {
    socket.write(head('200 OK', { ...SSE, 'transfer-encoding': 'chunked' }));
    for (const part of parts) {
      socket.write(`${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
    }
  };

const bodyOf = (outcome: StreamOutcome): unknown =>
  outcome.kind === 'success' ? JSON.parse(outcome.body.toString()) : outcome;

afterEach(async () => {
  await client.close();
  await server.close();
});

describe('a stream', () => {
  it('hands on each frame as it came, and comes to the answer of a plain call', async () => {
    const outcome = await streamFrom(streams(FRAMES, DONE));
    expect(bodyOf(outcome)).toEqual(HI_YOU_BODY);
    expect(outcome).toMatchObject({
      kind: 'success',
      httpStatus: 200,
      contentType: 'application/json',
      usage: { total_tokens: 3 },
      answerId: null,
      providerRequestId: 'req_9',
      frames: 5,
      finishReasons: ['stop'],
      madeUp: false,
      share: null,
    });
    expect(sink.text).toBe(FRAMES);
    expect(sink.heads).toEqual([{ httpStatus: 200, headers: {}, providerRequestId: 'req_9' }]);
    expect(sink.frames.map(({ says }) => says)).toEqual([false, true, true, true, true]);
    expect(sink.frames.map(({ makesWhole }) => makesWhole)).toEqual([
      false,
      false,
      false,
      true,
      false,
    ]);
    expect(sink.frames.map(({ usageOnly }) => usageOnly)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it.each([
    ['without [DONE]', [FRAMES]],
    ['with something behind [DONE]', [FRAMES, DONE, 'data: {"error":"late"}\n\n']],
    ['with a last event that no empty line ends', [FRAMES.trimEnd()]],
    [
      'with comments and empty data between',
      [': OPENROUTER PROCESSING\n\n', 'data:\n\n', FRAMES, DONE],
    ],
    ['with garbage behind its finish reason', [asEvents(HI_YOU.slice(0, 4)), 'data: <html>\n\n']],
  ])('that is whole %s is a success', async (_how, parts) => {
    const outcome = await streamFrom(streams(...parts));
    expect(bodyOf(outcome)).toMatchObject({ choices: HI_YOU_BODY.choices });
  });

  it.each([
    ['ends before its finish reason', [asEvents(HI_YOU.slice(0, 3))]],
    ['has [DONE] and no finish reason', [asEvents(HI_YOU.slice(0, 3)), DONE]],
    ['ends within an event', [FRAMES.slice(0, 150)]],
    ['ends within a character', [Buffer.from(`data: {"a":"é`).subarray(0, -1)]],
    ['has no event', [': nothing\n\n']],
  ])('that %s is truncated', async (_how, parts) => {
    expect(await streamFrom(streams(...parts))).toEqual({
      kind: 'stream_truncated',
      httpStatus: 200,
      headers: {},
      providerRequestId: 'req_9',
    });
  });

  it('whose connection breaks before its finish reason is truncated', async () => {
    const outcome = await streamFrom((socket, index) => {
      streamsOpenly(asEvents(HI_YOU.slice(0, 3)))(socket, index);
      setImmediate(() => socket.destroy());
    });
    expect(outcome).toMatchObject({ kind: 'stream_truncated' });
  });

  it('whose connection breaks after its finish reason is whole, without its usage', async () => {
    const outcome = await streamFrom((socket, index) => {
      streamsOpenly(asEvents(HI_YOU.slice(0, 4)))(socket, index);
      setImmediate(() => socket.destroy());
    });
    expect(outcome).toMatchObject({ kind: 'success', usage: null });
  });

  it('is whole at its usage, though neither [DONE] nor the end comes', async () => {
    const outcome = await streamFrom(streamsOpenly(FRAMES));
    expect(outcome).toMatchObject({ kind: 'success', usage: { total_tokens: 3 } });
    await server.gone(0);
  });

  it('waits for all choices that were asked for', async () => {
    const other = (delta: unknown, reason: string | null): string =>
      JSON.stringify({ choices: [{ index: 1, delta, finish_reason: reason }] });
    const outcome = await streamFrom(
      streams(
        asEvents([...HI_YOU.slice(0, 4), other({ content: 'Yo' }, null), other({}, 'length')]),
      ),
      { body: Buffer.from('{"model":"m","n":2,"stream":true}') },
    );
    expect(sink.frames.findIndex(({ makesWhole }) => makesWhole)).toBe(5);
    expect(outcome).toMatchObject({ kind: 'success', finishReasons: ['stop', 'length'] });
  });

  it.each([
    ['an object', 'data: {"error":{"code":"rate_limit_exceeded","message":"m"}}\n\n', 429],
    ['a number as its code', 'data: {"error":{"code":503}}\n\n', 503],
    [
      'an event of its own',
      'event: error\ndata: {"type":"overloaded_error","message":"m"}\n\n',
      529,
    ],
    [
      'a choice',
      'data: {"choices":[{"index":0,"error":{"code":502},"finish_reason":"error"}]}\n\n',
      502,
    ],
  ])('with an error that is %s fails as HTTP does', async (_how, event, httpStatus) => {
    const outcome = await streamFrom(streams(asEvents(HI_YOU.slice(0, 2)), event, FRAMES, DONE));
    expect(outcome).toMatchObject({ kind: 'http_error', httpStatus });
    expect(sink.frames.length).toBe(2);
  });

  it.each([
    ['an error without a status', 'data: {"error":"m"}\n\n', 'error_in_body'],
    ['an error event that is no JSON', 'event: error\ndata: m\n\n', 'error_in_body'],
    ['finish_reason error', asEvents([chatChunk({}, 'error')]), 'error_in_body'],
    ['no JSON', 'data: {"a\n\n', 'not_json'],
    ['no object', 'data: [1]\n\n', 'not_json'],
    ['bytes that are no UTF-8', Buffer.from([0x64, 0xff, 0x0a]), 'not_json'],
    ['choices that are no list', 'data: {"choices":{}}\n\n', 'wrong_shape'],
    [
      'a message in place of a delta',
      'data: {"choices":[{"message":{"content":"x"}}]}\n\n',
      'wrong_shape',
    ],
    ['an event over 8 MiB', Buffer.from(`data: "${'x'.repeat(8 * 1024 * 1024)}"\n\n`), 'too_large'],
    ['a line without an end', Buffer.alloc(9 * 1024 * 1024, 'x'), 'too_large'],
  ])('with %s is invalid', async (_how, part, reason) => {
    const outcome = await streamFrom(streams(asEvents(HI_YOU.slice(0, 1)), part, FRAMES));
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason });
    await server.gone(0);
  });

  it('that is larger than any answer may be is too large', async () => {
    const outcome = await streamFrom(streams(FRAMES.repeat(10)), {}, { maxResponseBytes: 2_000 });
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason: 'too_large' });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)(
    'that is compressed by %s is read, whole, and however its bytes are cut',
    async (coding, compress) => {
      const bytes = compress(Buffer.from(FRAMES + DONE));
      for (const step of [bytes.length, 7, 1]) {
        const outcome = await streamFrom((socket) => {
          socket.write(head('200 OK', { ...SSE, 'content-encoding': coding }));
          for (let at = 0; at < bytes.length; at += step) {
            socket.write(bytes.subarray(at, at + step));
          }
          socket.end();
        });
        expect(bodyOf(outcome)).toEqual(HI_YOU_BODY);
        expect(sink.text).toBe(FRAMES);
        await client.close();
        await server.close();
      }
    },
  );

  it.each([
    ['gzip', () => createGzip()],
    ['deflate', () => createDeflate()],
    ['br', () => createBrotliCompress()],
  ] as const)(
    'that is compressed by %s hands on each frame before the next one is sent, and is truncated where it is cut',
    async (coding, create) => {
      const said: (() => void)[] = [];
      client = new ProviderClient();
      server = await startScriptedServer((socket) => {
        socket.write(head('200 OK', { ...SSE, 'content-encoding': coding }));
        const coder: Transform & { flush(done: () => void): void } = create();
        coder.on('data', (part: Buffer) => socket.write(part));
        const chunks = HI_YOU.slice(0, 3);
        const next = (): void => {
          const chunk = chunks.shift();
          if (chunk === undefined) {
            socket.end();
            return;
          }
          // The next one is sent when this one was handed on.
          said.push(next);
          coder.write(asEvents([chunk]));
          coder.flush(() => undefined);
        };
        next();
      });
      sink = new KeepingSink(() => {
        said.shift()?.();
        return undefined;
      });
      const outcome = await client.callStream(streamCallTo(server.baseUrl), sink);
      expect(outcome.kind).toBe('stream_truncated');
      expect(sink.frames).toHaveLength(3);
    },
  );

  it('that is compressed is paused and bounded like any other', async () => {
    const large = asEvents(Array.from({ length: 5_000 }, (_, n) => chatChunk({ content: `${n}` })));
    const bytes = gzipSync(large + FRAMES + DONE);
    let control: StreamControl | null = null;
    client = new ProviderClient();
    server = await startScriptedServer((socket) =>
      socket.end(Buffer.concat([head('200 OK', { ...SSE, 'content-encoding': 'gzip' }), bytes])),
    );
    sink = new KeepingSink(() => {
      if (sink.frames.length % 1_000 === 0) {
        setImmediate(() => control?.resume());
        return 'pause';
      }
      return undefined;
    });
    sink.begin = (_head: StreamHead, given: StreamControl) => {
      control = given;
    };
    expect(await client.callStream(streamCallTo(server.baseUrl), sink)).toMatchObject({
      kind: 'success',
      frames: 5_005,
    });
    await client.close();
    client = new ProviderClient({ maxResponseBytes: 100_000 });
    expect(await client.callStream(streamCallTo(server.baseUrl), new KeepingSink())).toMatchObject({
      kind: 'invalid_response',
      reason: 'too_large',
    });
  });

  it('that is not what its content coding says is invalid', async () => {
    const outcome = await streamFrom((socket) =>
      socket.end(
        Buffer.concat([
          head('200 OK', { ...SSE, 'content-encoding': 'gzip' }),
          Buffer.from(FRAMES),
        ]),
      ),
    );
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason: 'bad_encoding' });
  });

  it('that says nothing in time is a timeout, whatever comments come', async () => {
    const outcome = await streamFrom(streamsOpenly(': wait\n\n', asEvents(HI_YOU.slice(0, 1))), {
      ttftMs: 200,
    });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'ttft' });
    await server.gone(0);
  });

  it('that falls silent is a timeout', async () => {
    const outcome = await streamFrom(streamsOpenly(asEvents(HI_YOU.slice(0, 2))), {
      idleTimeoutMs: 200,
    });
    expect(outcome).toEqual({ kind: 'timeout', phase: 'idle' });
    await server.gone(0);
  });

  it('ends with its signal, and closes its connection', async () => {
    const abort = new AbortController();
    client = new ProviderClient();
    server = await startScriptedServer(streamsOpenly(asEvents(HI_YOU.slice(0, 2))));
    sink = new KeepingSink(() => abort.abort());
    const call = streamCallTo(server.baseUrl, { signal: abort.signal });
    expect(await client.callStream(call, sink)).toEqual({ kind: 'aborted' });
    expect(sink.frames.length).toBe(1);
    await server.gone(0);
  });

  it('is read no further while its sink has paused it, and that time does not count', async () => {
    client = new ProviderClient();
    server = await startScriptedServer((socket, index) => {
      streamsOpenly(asEvents(HI_YOU.slice(0, 2)))(socket, index);
    });
    let resume = (): void => undefined;
    const paused = new Promise<void>((resolve) => {
      sink = new KeepingSink(({ says }) => {
        if (says && sink.frames.length === 2) {
          resolve();
          return 'pause';
        }
        return undefined;
      });
      sink.begin = (_head: StreamHead, control: StreamControl) => {
        resume = () => control.resume();
      };
    });
    const ended = client.callStream(
      streamCallTo(server.baseUrl, { idleTimeoutMs: 100, ttftMs: 5_000 }),
      sink,
    );
    await paused;
    const rest = asEvents(HI_YOU.slice(2)) + DONE;
    server.sockets[0]!.write(`${rest.length.toString(16)}\r\n${rest}\r\n0\r\n\r\n`);
    // Longer than the limit of silence, which would pass without the pause.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sink.frames.length).toBe(2);
    resume();
    expect(await ended).toMatchObject({ kind: 'success', frames: 5 });
  });
});

describe('a paused stream', () => {
  const all = Buffer.from(FRAMES + DONE);
  const cut = Buffer.from(asEvents(HI_YOU.slice(0, 3)));
  const withLength = (bytes: Buffer): Buffer =>
    Buffer.concat([head('200 OK', { ...SSE, 'content-length': String(bytes.length) }), bytes]);
  const withoutLength = (bytes: Buffer): Buffer => Buffer.concat([head('200 OK', SSE), bytes]);

  it.each([
    ['with its length', withLength(all), 'success'],
    ['without its length', withoutLength(all), 'success'],
    ['before its end', withLength(all).subarray(0, -20), 'success'],
    ['before its finish reason', withoutLength(cut), 'stream_truncated'],
  ])('whose connection ends meanwhile %s is judged as any other', async (_how, bytes, kind) => {
    client = new ProviderClient();
    server = await startScriptedServer((socket) => socket.end(bytes));
    const controls: StreamControl[] = [];
    sink = new KeepingSink(() => 'pause');
    sink.begin = (_head: StreamHead, control: StreamControl) => {
      controls.push(control);
    };
    const ended = client.callStream(streamCallTo(server.baseUrl), sink);
    await server.gone(0);
    controls[0]?.resume();
    expect(await ended).toMatchObject({ kind });
  });

  it('whose connection is reset meanwhile is judged as any other', async () => {
    client = new ProviderClient();
    server = await startScriptedServer((socket) => socket.write(withoutLength(cut)));
    sink = new KeepingSink(() => {
      setImmediate(() => server.sockets[0]?.resetAndDestroy());
      return 'pause';
    });
    expect(await client.callStream(streamCallTo(server.baseUrl), sink)).toMatchObject({
      kind: 'stream_truncated',
    });
  });
});

describe('an answer that is no stream', () => {
  const completion = Buffer.from(JSON.stringify(HI_YOU_BODY));

  it.each(['application/json', 'text/event-stream'])(
    'labelled %s is taken as it is, with frames made of it',
    async (type) => {
      const outcome = await streamFrom((socket) =>
        socket.write(whole('200 OK', completion, { 'content-type': type })),
      );
      expect(outcome).toMatchObject({
        kind: 'success',
        body: completion,
        madeUp: true,
        frames: 4,
        finishReasons: ['stop'],
      });
      expect(sink.frames.map(({ makesWhole }) => makesWhole)).toEqual([false, false, true, false]);
      expect(sink.text).toContain('"delta":{"content":"Hi you"}');
    },
  );

  it('and is compressed is taken too', async () => {
    const outcome = await streamFrom((socket) =>
      socket.write(whole('200 OK', gzipSync(completion), { 'content-encoding': 'gzip' })),
    );
    expect(outcome).toMatchObject({ kind: 'success', madeUp: true });
  });

  it('and is compressed and labelled as a stream is taken too', async () => {
    const headers = { 'content-encoding': 'br', 'content-type': 'text/event-stream' };
    const outcome = await streamFrom((socket) =>
      socket.write(whole('200 OK', brotliCompressSync(completion), headers)),
    );
    expect(outcome).toMatchObject({ kind: 'success', madeUp: true });
  });

  it('is judged as that of a plain call', async () => {
    const error = whole('429 Too Many', '{"error":{"code":"insufficient_quota"}}');
    expect(await streamFrom((socket) => socket.write(error))).toMatchObject({
      kind: 'http_error',
      httpStatus: 429,
      error: { words: ['insufficient_quota'] },
    });
    await server.close();
    expect(await streamFrom((socket) => socket.write(whole('200 OK', '<html>')))).toMatchObject({
      kind: 'invalid_response',
      reason: 'not_json',
    });
    expect(sink.frames).toEqual([]);
  });

  it('and has no body is empty, and a redirect is not followed', async () => {
    expect(await streamFrom((socket) => socket.write(whole('200 OK', '')))).toMatchObject({
      reason: 'empty',
    });
    await server.close();
    const redirect = whole('307 Temporary', '', { location: 'http://127.0.0.1:1' });
    expect(await streamFrom((socket) => socket.write(redirect))).toMatchObject({
      reason: 'redirect',
    });
  });
});

describe('what goes up', () => {
  const sent = (): string => server.requests[0]!.split('\r\n\r\n')[1] ?? '';

  it('asks for no usage at a provider that is not known to take the option', async () => {
    await streamFrom(streams(FRAMES, DONE));
    expect(sent()).not.toContain('stream_options');
  });

  it('asks for the usage where that is wanted, and leaves every other byte', async () => {
    await streamFrom(streams(FRAMES, DONE), {
      usage: 'always',
      body: Buffer.from('{ "seed" : 12345678901234567890, "stream":true}'),
    });
    expect(sent()).toBe(
      '{ "stream_options":{"include_usage":true},"seed" : 12345678901234567890, "stream":true}',
    );
    expect(server.requests[0]).toMatch(new RegExp(`content-length: ${String(sent().length)}\r`));
  });
});

describe('a large event', () => {
  const big = Buffer.alloc(900_000, 7).toString('base64');

  it('keeps its place among the others, and its long strings as they are spelled', async () => {
    const odd = `"a\\u00e9\\n${'x'.repeat(300_000)}"`;
    const outcome = await streamFrom(
      streams(
        asEvents([
          ...HI_YOU.slice(0, 2),
          chatChunk({ audio: { id: 'a', data: big } }),
          `{"choices":[{"index":0,"delta":{"content":${odd}}}]}`,
          ...HI_YOU.slice(2),
        ]),
        DONE,
      ),
    );
    expect(sink.frames.length).toBe(7);
    expect(sink.frames[2]?.bytes.length).toBeGreaterThan(big.length);
    const said = `Hi${JSON.parse(odd) as string} you`;
    expect(bodyOf(outcome)).toMatchObject({
      choices: [{ message: { content: said, audio: { id: 'a', data: big } } }],
      usage: { total_tokens: 3 },
    });
  });

  it('can be the end of a response, which passes on byte for byte', async () => {
    const response = `{"id":"resp_1","object":"response","status":"completed","n": 1.50,"output":[{"type":"image_generation_call","result":"${big}"}],"usage":{"total_tokens":9}}`;
    const data = `{"type":"response.completed","sequence_number":0,"response":${response}}`;
    const outcome = await streamFrom(streams(asEvents([data])), { path: '/responses' });
    expect(outcome).toMatchObject({
      kind: 'success',
      answerId: 'resp_1',
      usage: { total_tokens: 9 },
      finishReasons: ['completed'],
    });
    expect(outcome.kind === 'success' && outcome.body.toString()).toBe(response);
    expect(sink.answerIds).toEqual(['resp_1']);
  });

  it.each([
    ['no JSON', `{"a":"${big}`, 'not_json'],
    ['no object', `["${big}"]`, 'not_json'],
    [
      'nested too deeply',
      `{"choices":[],"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'not_json',
    ],
    ['an error', `{"error":{"message":"${big}"}}`, 'error_in_body'],
  ])('that is %s fails the call', async (_what, data, reason) => {
    const outcome = await streamFrom(streams(asEvents([...HI_YOU.slice(0, 2), data]), FRAMES));
    expect(outcome).toMatchObject({ kind: 'invalid_response', reason });
    expect(sink.frames.length).toBe(2);
  });

  it('ends with the signal of its call', async () => {
    const abort = new AbortController();
    client = new ProviderClient();
    server = await startScriptedServer(
      streams(asEvents([HI_YOU[1] ?? '', chatChunk({ content: big })])),
    );
    sink = new KeepingSink(() => {
      setImmediate(() => abort.abort());
      return undefined;
    });
    const call = streamCallTo(server.baseUrl, { signal: abort.signal });
    expect(await client.callStream(call, sink)).toEqual({ kind: 'aborted' });
  });
});
