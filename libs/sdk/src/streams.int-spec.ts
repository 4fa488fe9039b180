import {
  APIAbortError,
  APIConnectionError,
  AuthenticationError,
  ProviderError,
  ReqRunError,
  StreamError,
} from './errors.js';
import type { RequestStream } from './stream/request-stream.js';
import {
  accepted,
  chunk,
  COMPLETION,
  completed,
  DONE,
  errorFrame,
  failure,
  frame,
  frames,
  full,
  HELLO,
  ID,
  stream,
} from './testing/answers.js';
import { useServer } from './testing/use-server.js';
import type { ChatCompletion } from './types/chat-completion.js';
import type { ChatCompletionChunk } from './types/chat-completion-chunk.js';

type ChatStream = RequestStream<ChatCompletionChunk, ChatCompletion>;

const { server, client } = useServer();

const paths = (): string[] => server.calls.map(({ method, path }) => `${method} ${path}`);
const POST = 'POST /v1/chat/completions';
const STREAM = `GET /v1/requests/${ID}/stream`;
const RETRIEVE = `GET /v1/chat/completions/${ID}`;

const open = (options: Parameters<typeof client>[0] = {}): Promise<ChatStream> =>
  client(options).chat.completions.create({ ...HELLO, stream: true });
/** All that a stream shows, and the error with which it ends. */
async function readAll(given: ChatStream): Promise<{ ids: string[]; error: unknown }> {
  const ids: string[] = [];
  try {
    for await (const { id } of given.frames()) {
      ids.push(id);
    }
    return { ids, error: null };
  } catch (error) {
    return { ids, error };
  }
}
const idsOf = (to: number, log = 1): string[] =>
  Array.from({ length: to + 1 }, (_, n) => `${log}-${n}`);

describe('a stream', () => {
  it('is asked for as one, and gives its chunks and ids until its clean end', async () => {
    server.play(stream([...frames(0, 2), ':\n', DONE]));
    const { data, response, requestId } = await client()
      .chat.completions.create({ ...HELLO, stream: true })
      .withResponse();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect([requestId, data.requestId, data.lastEventId]).toEqual([ID, ID, null]);
    const seen: unknown[] = [];
    for await (const one of data) {
      seen.push([data.lastEventId, one]);
    }
    expect(seen).toEqual([0, 1, 2].map((n) => [`1-${n}`, chunk(`word ${n} `)]));
    expect(server.calls).toHaveLength(1);
    expect(server.calls[0]).toMatchObject({
      headers: { accept: 'text/event-stream', 'idempotency-key': expect.any(String) as string },
      body: { ...HELLO, stream: true, wait: true },
    });
  });

  it('is the same however its bytes are cut', async () => {
    const bytes = Buffer.from([frame(0, 1, 'Grüße 🎉'), ':\n', frame(1, 1, '漢字'), DONE].join(''));
    server.play(stream(Array.from(bytes, (byte) => Uint8Array.of(byte))));
    const seen: string[] = [];
    for await (const { choices } of await open()) {
      seen.push(choices[0]?.delta.content ?? '');
    }
    expect(seen).toEqual(['Grüße 🎉', '漢字']);
  });

  it('is a handle with wait: false, to be read later', async () => {
    server.play(accepted);
    const handle = await client().chat.completions.create({ ...HELLO, stream: true, wait: false });
    expect(handle.id).toBe(ID);
    expect(server.calls[0]?.body).toMatchObject({ stream: true, wait: false });
  });

  it('begins again under the same key when it was not accepted, and fails with the status otherwise', async () => {
    server.play(full, 'reset', stream([...frames(0, 1), DONE]));
    expect(await readAll(await open())).toEqual({ ids: idsOf(1), error: null });
    expect(new Set(server.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    server.play(failure(502, 'openai_http_500', { 'x-should-retry': 'false' }));
    await expect(open()).rejects.toMatchObject({ name: 'ProviderError', code: 'openai_http_500' });
    expect(server.calls).toHaveLength(1);
    server.play(completed);
    await expect(open({ maxRetries: 0 })).rejects.toThrow('is no stream: is baseURL right?');
  });

  it('of a stored request begins where it was left', async () => {
    server.play(stream(frames(3, 4), 'cut'), stream([...frames(5, 6), DONE]));
    const back = await client().requests.stream(ID, { startingAfter: '1-2', includeUsage: true });
    expect(await readAll(back)).toEqual({ ids: ['1-3', '1-4', '1-5', '1-6'], error: null });
    expect(paths()).toEqual([
      `${STREAM}?starting_after=1-2&include_usage=true`,
      `${STREAM}?starting_after=1-4&include_usage=true`,
    ]);
  });

  it('is read once', async () => {
    server.play(stream([...frames(0, 1), DONE]));
    const only = await open();
    await readAll(only);
    expect((await readAll(only)).error).toBeInstanceOf(ReqRunError);
  });

  it('of the Responses API ends with its last event, and throws what its error event says', async () => {
    const event = (n: number, type: string): string =>
      `id: 1-${n}\nevent: ${type}\ndata: ${JSON.stringify({ type, sequence_number: n })}\n\n`;
    const types = ['response.created', 'response.output_text.delta', 'response.completed'];
    server.play(
      stream(
        types.map((type, n) => event(n, type)),
        'silence',
      ),
    );
    const params = { model: 'gpt-5', input: 'Hello.', stream: true } as const;
    const seen: string[] = [];
    for await (const { type } of await client().responses.create(params)) {
      seen.push(type);
    }
    expect(seen).toEqual(types);
    const error = { type: 'error', code: 'timeout', error: { message: 'Slow.', code: 'timeout' } };
    server.play(
      stream([event(0, 'response.created'), `event: error\ndata: ${JSON.stringify(error)}\n\n`]),
    );
    const failing = await client().responses.create(params);
    const read = async (): Promise<void> => {
      for await (const { type } of failing) {
        expect(type).toBe('response.created');
      }
    };
    await expect(read()).rejects.toMatchObject({ name: 'StreamError', code: 'timeout' });
  });
});

describe('a stream whose connection breaks', () => {
  it('goes on behind the last frame, as often as it makes headway, with no frame twice and none left out', async () => {
    const half = frame(3).slice(0, 20);
    server.play(
      stream([...frames(0, 2), half], 'cut'),
      stream(frames(3, 5), 'end'),
      'reset',
      stream([...frames(6, 6), DONE]),
    );
    const whole = await client({ maxResumes: 2 }).chat.completions.create({
      ...HELLO,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(await readAll(whole)).toEqual({ ids: idsOf(6), error: null });
    expect(paths()).toEqual([
      POST,
      `${STREAM}?starting_after=1-2&include_usage=true`,
      `${STREAM}?starting_after=1-5&include_usage=true`,
      `${STREAM}?starting_after=1-5&include_usage=true`,
    ]);
  });

  it('before its first frame begins with it', async () => {
    server.play(stream([':\n'], 'cut'), stream([...frames(0, 1, 2), DONE]));
    expect(await readAll(await open())).toEqual({ ids: idsOf(1, 2), error: null });
    expect(paths()).toEqual([POST, STREAM]);
  });

  it('after its last frame still ends cleanly, by the clean end alone', async () => {
    server.play(stream(frames(0, 2), 'end'), stream([DONE]));
    expect(await readAll(await open())).toEqual({ ids: idsOf(2), error: null });
  });

  it('goes on when its server says that it stops, and when that is full', async () => {
    server.play(
      stream([...frames(0, 1), errorFrame('shutting_down')]),
      full,
      stream([...frames(2, 3), DONE]),
    );
    expect(await readAll(await open())).toEqual({ ids: idsOf(3), error: null });
    expect(server.calls).toHaveLength(3);
  });

  it('counts as broken after a silence without a heartbeat', async () => {
    server.play(stream(frames(0, 1), 'silence'), stream([...frames(2, 2), DONE]));
    const silent = await open({ streamIdleTimeout: 100 });
    expect(await readAll(silent)).toEqual({ ids: idsOf(2), error: null });
    await server.brokenOff(1);
  });

  it('is given up after as many tries without a frame as its setting allows', async () => {
    server.play(stream(frames(0, 1), 'cut'), 'reset', stream([], 'end'));
    const { ids, error } = await readAll(await open({ maxResumes: 2 }));
    expect(ids).toEqual(idsOf(1));
    expect(error).toBeInstanceOf(APIConnectionError);
    expect(error).toMatchObject({
      requestId: ID,
      message: expect.stringContaining('runs on') as string,
    });
    expect(server.calls).toHaveLength(3);
    server.play(stream(frames(0, 1), 'cut'));
    expect((await readAll(await open({ maxResumes: 0 }))).error).toBeInstanceOf(APIConnectionError);
    expect(server.calls).toHaveLength(1);
  });

  it('shows no frame again that its server sends again, and none of another log', async () => {
    server.play(stream(frames(0, 2), 'cut'), stream([...frames(1, 3), DONE]));
    expect(await readAll(await open())).toEqual({ ids: idsOf(3), error: null });
    server.play(stream(frames(0, 2), 'cut'), stream([...frames(0, 3, 2), DONE]));
    const { ids, error } = await readAll(await open());
    expect(ids).toEqual(idsOf(2));
    expect(error).toMatchObject({
      name: 'StreamError',
      code: 'stream_superseded',
      lastEventId: '1-2',
    });
  });

  it('joins its request by its key where the key of the API may not read', async () => {
    server.play(
      stream(frames(0, 2), 'cut'),
      failure(403, 'insufficient_scope'),
      stream([...frames(0, 3), DONE]),
    );
    expect(await readAll(await open())).toEqual({ ids: idsOf(3), error: null });
    expect(paths()).toEqual([POST, `${STREAM}?starting_after=1-2`, POST]);
    const [first, , third] = server.calls;
    expect(third?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(third?.body).toEqual(first?.body);
  });
});

describe('a stream that ends with an error', () => {
  it('throws it typed, behind the frames before it, and is not taken up again', async () => {
    server.play(stream([...frames(0, 2), errorFrame('stream_truncated')]));
    const { ids, error } = await readAll(await open());
    expect(ids).toEqual(idsOf(2));
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({
      code: 'stream_truncated',
      type: 'provider_error',
      requestId: ID,
      lastEventId: '1-2',
      message: `Words about stream_truncated. Request ${ID} goes on.`,
    });
    expect(server.calls).toHaveLength(1);
  });

  it('throws the same when it ended while nobody was connected', async () => {
    const ended = failure(409, 'stream_superseded', { 'x-should-retry': 'false' });
    server.play(stream(frames(0, 2), 'cut'), ended);
    const { error } = await readAll(await open());
    expect(error).toBeInstanceOf(StreamError);
    expect(error).toMatchObject({ code: 'stream_superseded', cause: { status: 409 } });
    server.play(stream(frames(0, 2), 'cut'), failure(401, 'invalid_api_key'));
    expect((await readAll(await open())).error).toBeInstanceOf(AuthenticationError);
    expect(server.calls).toHaveLength(2);
  });

  it('tells an abort from an end, and closes the connection', async () => {
    server.play(stream(frames(0, 1), 'silence'));
    const aborted = await open();
    const read = async (): Promise<void> => {
      for await (const one of aborted) {
        expect(one.object).toBe('chat.completion.chunk');
        if (aborted.lastEventId === '1-1') {
          aborted.abort();
        }
      }
    };
    await expect(read()).rejects.toBeInstanceOf(APIAbortError);
    await server.brokenOff(1);
    const signal = new AbortController();
    const signaled = await client().chat.completions.create(
      { ...HELLO, stream: true },
      { signal: signal.signal },
    );
    const waiting = readAll(signaled);
    signal.abort(new Error('enough'));
    expect((await waiting).error).toMatchObject({ name: 'AbortError', requestId: ID });
    await server.brokenOff(2);
  });

  it('is left by leaving the loop, which closes the connection', async () => {
    server.play(stream(frames(0, 1), 'silence'));
    for await (const one of await open()) {
      expect(one.choices).toHaveLength(1);
      break;
    }
    await server.brokenOff(1);
  });
});

describe('the final result of a stream', () => {
  it('is the whole answer as ReqRun has it, of a stream that nobody reads', async () => {
    server.play(stream([...frames(0, 2), DONE]), completed);
    expect(await (await open()).finalResult()).toEqual(COMPLETION);
    expect(paths()).toEqual([POST, RETRIEVE]);
  });

  it('is waited for when the stream has ended and the request goes on', async () => {
    const cut = stream([...frames(0, 2), errorFrame('stream_truncated')]);
    server.play(cut, accepted, accepted, completed);
    const left = await open();
    expect((await readAll(left)).error).toBeInstanceOf(StreamError);
    expect(await left.finalResult()).toEqual(COMPLETION);
    server.play(cut, accepted, completed);
    expect(await (await open()).finalResult()).toEqual(COMPLETION);
  });

  it('is the failure of a request that has failed', async () => {
    server.play(
      stream([...frames(0, 2), errorFrame('stream_truncated')]),
      failure(502, 'stream_truncated', { 'x-should-retry': 'false' }),
    );
    await expect((await open()).finalResult()).rejects.toBeInstanceOf(ProviderError);
  });

  it('of a stored request is found by the endpoint of its record', async () => {
    server.play(
      stream([...frames(0, 2), DONE]),
      { status: 200, body: { id: ID, endpoint: '/v1/chat/completions' } },
      completed,
    );
    expect(await (await client().requests.stream(ID)).finalResult()).toEqual(COMPLETION);
    expect(paths()).toEqual([STREAM, `GET /v1/requests/${ID}`, RETRIEVE]);
  });
});
