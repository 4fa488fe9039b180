import {
  type ChatCompletion,
  type ChatCompletionChunk,
  ReqRun,
  type RequestStream,
  StreamError,
  type StreamFrame,
} from '@reqrun/sdk';

import { openStream } from '../harness/stream-client.js';
import { describeTransports, useCluster } from '../harness/transports.js';

type ChatStream = RequestStream<ChatCompletionChunk, ChatCompletion>;

const messages = [{ role: 'user' as const, content: 'Hello.' }];
/** Speaks for about two seconds. */
const SLOW = 'sim/tokens:80:40';
const FRAMES = 82;

/** Reads a stream, and tells when it has shown a number of frames. */
class Reading {
  readonly frames: StreamFrame[] = [];
  readonly ended: Promise<unknown>;
  #waiting: { count: number; resolve: () => void }[] = [];

  constructor(readonly stream: ChatStream) {
    this.ended = this.#read().catch((error: unknown) => error);
  }

  has(count: number): Promise<void> {
    return this.frames.length >= count
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** As `openStream` receives them: without the line of the id. */
  get received(): { id: string; bytes: string }[] {
    return this.frames.map(({ id, data }) => ({ id, bytes: `data: ${data}\n\n` }));
  }

  async #read(): Promise<null> {
    for await (const frame of this.stream.frames()) {
      this.frames.push(frame);
      this.#waiting
        .filter(({ count }) => count <= this.frames.length)
        .forEach(({ resolve }) => resolve());
    }
    return null;
  }
}

describeTransports('streams of the SDK', ({ redis, name }) => {
  const cluster = useCluster({
    redis,
    apis: 2,
    workers: 1,
    env: { REQRUN_SHUTDOWN_GRACE_MS: '300' },
  });
  const client = (options: ConstructorParameters<typeof ReqRun>[0] = {}): ReqRun =>
    new ReqRun({ apiKey: cluster().project.keys.test, baseURL: cluster().baseUrl, ...options });
  const begin = (model = SLOW, more: object = {}): Promise<ChatStream> =>
    client().chat.completions.create({ model, messages, stream: true, ...more });
  /** The whole log, as somebody reads it whom nothing disturbs, at the other API. */
  const undisturbed = async (id: string | null): Promise<{ id: string; bytes: string }[]> => {
    const whole = await openStream(cluster().apis[1]!.origin, cluster().project.keys.test, {
      path: `/v1/requests/${id}/stream`,
    });
    expect(await whole.ended).toBe('clean');
    return [...whole.frames];
  };

  it('are the chunks as the provider sent them, and the answer as a caller that waits gets it', async () => {
    const stream = await begin('sim/429:retry-after-ms=10,tokens:8');
    let text = '';
    for await (const { choices } of stream) {
      text += choices[0]?.delta.content ?? '';
    }
    const answer = await stream.finalResult();
    expect(answer.choices[0]?.message.content).toBe(text);
    expect(stream.lastEventId).toBe('2-9');
    expect((await client().requests.get(stream.requestId ?? '')).result).toEqual(answer);
  });

  it('kill -9 of the API in the middle: each goes on behind its last frame, byte for byte', async () => {
    const killAfter = [1, 5, 20, 33, 60];
    const readings = await Promise.all(killAfter.map(async () => new Reading(await begin())));
    await Promise.all(readings.map((reading, n) => reading.has(killAfter[n] ?? 0)));
    const shown = readings.map(({ frames }) => frames.length);
    await cluster().api.crash();
    await cluster().api.start();
    // On a busy machine the longest readings may have ended by then.
    expect(Math.min(...shown)).toBeLessThan(FRAMES);
    for (const reading of readings) {
      expect(await reading.ended).toBeNull();
      expect(reading.frames).toHaveLength(FRAMES);
      expect(reading.received).toEqual(await undisturbed(reading.stream.requestId));
      expect(await cluster().simulator.calls(reading.stream.requestId ?? '')).toHaveLength(1);
    }
  });

  it('SIGTERM of the API in the middle: the same', async () => {
    const reading = new Reading(await begin());
    await reading.has(10);
    cluster().api.kill('SIGTERM');
    await cluster().api.exited;
    await cluster().api.start();
    expect(await reading.ended).toBeNull();
    expect(reading.received).toEqual(await undisturbed(reading.stream.requestId));
  });

  it('that break off at the provider throw it, and their final result is that of the next attempt', async () => {
    const reading = new Reading(await begin('sim/cut:3,tokens:5'));
    expect(await reading.ended).toBeInstanceOf(StreamError);
    expect(await reading.ended).toMatchObject({
      code: 'stream_truncated',
      requestId: reading.stream.requestId,
      lastEventId: reading.frames.at(-1)?.id,
      message: expect.stringContaining('goes on') as string,
    });
    const answer = await reading.stream.finalResult();
    const next = await client().requests.stream(reading.stream.requestId ?? '');
    expect(await next.finalResult()).toEqual(answer);
    const old = await client().requests.stream(reading.stream.requestId ?? '', {
      startingAfter: '1-0',
    });
    const back = new Reading(old);
    expect(await back.ended).toMatchObject({ name: 'StreamError', code: 'stream_superseded' });
    expect(back.received).toEqual(reading.received.slice(1));
  });

  it('run on when they are left, and are read from any place later', async () => {
    const stream = await begin();
    for await (const chunk of stream) {
      expect(chunk.object).toBe('chat.completion.chunk');
      break;
    }
    const left = stream.lastEventId ?? '';
    const later = new Reading(
      await client().requests.stream(stream.requestId ?? '', { startingAfter: left }),
    );
    expect(await later.ended).toBeNull();
    const whole = await undisturbed(stream.requestId);
    expect(later.received).toEqual(whole.slice(1));
    const joined = new Reading(await begin(SLOW, { idempotency_key: `joined-${name}` }));
    const handle = await client().chat.completions.create({
      model: SLOW,
      messages,
      stream: true,
      wait: false,
      idempotency_key: `joined-${name}`,
    });
    expect(handle.id).toBe(joined.stream.requestId);
    await cluster().client.cancel(handle.id);
    expect(await joined.ended).toMatchObject({ name: 'StreamError', code: 'canceled' });
  });

  it('go on with a key that may only write, for it joins its own request', async () => {
    const { secret } = await cluster().projects.keys.create({
      projectId: cluster().project.id,
      mode: 'test',
      name: `writes-${name}`,
      scopes: ['requests:write'],
    });
    const reading = new Reading(
      await client({ apiKey: secret }).chat.completions.create({
        model: SLOW,
        messages,
        stream: true,
      }),
    );
    await reading.has(10);
    await cluster().api.crash();
    await cluster().api.start();
    expect(await reading.ended).toBeNull();
    expect(reading.received).toEqual(await undisturbed(reading.stream.requestId));
  });

  it('of text completions and responses', async () => {
    const completion = await client().completions.create({
      model: 'sim/tokens:4',
      prompt: 'Hello.',
      stream: true,
    });
    let text = '';
    for await (const { choices } of completion) {
      text += choices[0]?.text ?? '';
    }
    expect((await completion.finalResult()).choices[0]?.text).toBe(text);
    const response = await client().responses.create({
      model: 'sim/tokens:4',
      input: 'Hello.',
      stream: true,
    });
    let last: unknown;
    for await (const event of response) {
      last = event;
    }
    expect(last).toMatchObject({ type: 'response.completed' });
    // Events are the provider's, with its id; the result is read by ours.
    const result = await response.finalResult();
    expect((last as { response: unknown }).response).toEqual({
      ...result,
      id: (last as { response: { id: string } }).response.id,
    });
  });
});
