import { Random } from './chaos/random.js';
import { jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { eventsAtProvider } from './harness/provider-events.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { useCluster } from './harness/transports.js';

const SEED = 20_261_128;
/** Crashes in the suite; more of them are asked for by hand. */
const RUNS = Number(process.env['REQRUN_REATTACH_RUNS'] ?? 6);
/** Tokens of a stream, and how many there are a second: each run at a pace of its own. */
const TOKENS = 50;
const PACES = [60, 45, 30];
/** Frames of such a stream beside those of its tokens. */
const FRAMES = TOKENS + 8;

const cluster = useCluster({
  redis: false,
  apis: 2,
  workers: 2,
  env: { REQRUN_SHUTDOWN_GRACE_MS: '200' },
});

const post = (model: string, more: object = {}, api = 0): Promise<OpenStream> =>
  openStream(cluster().apis[api]!.origin, cluster().project.keys.test, {
    path: '/v1/responses',
    body: { model, input: 'Say something.', stream: true, reattach: true, ...more },
  });

const readAgain = (path: string, api = 1): Promise<OpenStream> =>
  openStream(cluster().apis[api]!.origin, cluster().project.keys.test, { path });

const idOf = ({ headers }: OpenStream): string => String(headers['x-request-id']);

const bytesOf = ({ frames }: OpenStream): string[] => frames.map(({ bytes }) => bytes);

/** The id of the latest response of a request, as soon as it is committed. */
const responseId = async (id: string): Promise<string> => {
  const attempts = await eventually(
    () => cluster().client.attempts(id),
    (all) => all.at(-1)?.provider_response_id != null,
  );
  return String(attempts.at(-1)?.provider_response_id);
};

const atProvider = (id: string): Promise<string[]> => eventsAtProvider(cluster().simulator.url, id);

/** The state of a response at the provider. */
const statusAtProvider = async (id: string): Promise<string> => {
  const response = await fetch(`${cluster().simulator.url}/responses/${id}`);
  return ((await response.json()) as { status: string }).status;
};

describe('a stream that is re-attached to', () => {
  it(`is generated once in ${RUNS} crashes of its worker, and every connected reader gets all of it`, async () => {
    const random = new Random(SEED);
    const seen = { withId: 0, withoutId: 0, lost: 0, generations: 0, readers: 0, cuts: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      // In every other run the provider breaks its connections as well.
      const cut = run % 2 === 0 ? '' : `+cut:${random.integer(3, 20)}`;
      const streams = await Promise.all(
        PACES.map((pace, n) => post(`sim/tokens:${TOKENS}:${pace}${cut}`, {}, n % 2)),
      );
      const ids = streams.map(idOf);
      const witnesses = await Promise.all(
        ids.map((id, n) => readAgain(`/v1/requests/${id}/stream`, (n + 1) % 2)),
      );
      await streams[0]!.has(random.integer(0, FRAMES - 1));
      const owner = await cluster().ownerOf(ids[0]!);
      await owner.crash();
      const restarted = owner.start();
      for (const [n, id] of ids.entries()) {
        const readers = [streams[n]!, witnesses[n]!];
        const ends = await Promise.all(readers.map(({ ended }) => ended));
        const attempts = await cluster().client.attempts(id);
        const calls = await cluster().simulator.calls(id);
        const context = JSON.stringify({
          run,
          id,
          attempts,
          codes: readers.map((one) => one.errorCode),
        });
        expect([context, ends]).toEqual([context, ['clean', 'clean']]);
        const whole = await atProvider(await responseId(id));
        expect([context, whole.length]).toEqual([context, FRAMES]);
        for (const reader of readers) {
          expect([context, bytesOf(reader)]).toEqual([context, whole]);
          const log = reader.frames[0]!.id.split('-')[0];
          expect(reader.frames.map((frame) => frame.id)).toEqual(
            whole.map((_, at) => `${log}-${at}`),
          );
        }
        const replayed = await readAgain(`/v1/requests/${id}/stream`);
        await replayed.ended;
        expect([context, bytesOf(replayed)]).toEqual([context, whole]);
        const hadId = attempts[0]?.provider_response_id !== null;
        seen[hadId ? 'withId' : 'withoutId'] += 1;
        seen.lost += attempts.filter(({ outcome }) => outcome === 'lost').length;
        seen.generations += calls.length;
        seen.readers += readers.length;
        seen.cuts += cut === '' ? 0 : 1;
        if (hadId) {
          expect([context, calls.length]).toEqual([context, 1]);
          expect(new Set(attempts.map((one) => one.provider_response_id)).size).toBe(1);
        }
      }
      await restarted;
    }
    // A run that lost nothing, or never after an id, would show nothing.
    expect(seen.lost).toBeGreaterThan(0);
    expect(seen.withId).toBeGreaterThan(0);
    if (process.env['REQRUN_REATTACH_RUNS'] !== undefined) {
      process.stderr.write(`${JSON.stringify({ RUNS, ...seen })}\n`);
    }
  }, 3_600_000);

  it('goes on from a cursor that the lost worker had shown, with the very next frame', async () => {
    const stream = await post(`sim/tokens:${TOKENS}:40`, { on_lost: 'fail', retry: { count: 0 } });
    const id = idOf(stream);
    await stream.has(20);
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    stream.leave();
    const last = stream.frames.at(-1)!.id;
    const response = await responseId(id);
    const number = Number(last.split('-')[1]);
    const byCursor = await readAgain(`/v1/requests/${id}/stream?starting_after=${last}`);
    const byProvidersId = await readAgain(
      `/v1/responses/${response}?stream=true&starting_after=${number}`,
    );
    for (const back of [byCursor, byProvidersId]) {
      expect(await back.ended).toBe('clean');
      expect(back.frames[0]!.id).toBe(`1-${number + 1}`);
      expect(bytesOf(back)).toEqual((await atProvider(response)).slice(number + 1));
    }
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'completed',
      attempts: 2,
    });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'lost', decision: { action: 'retry', reason: 'reattach', delay_ms: 0 } },
      { outcome: 'succeeded', provider_response_id: response, frames: FRAMES },
    ]);
    await owner.start();
  });

  it('goes on after SIGTERM of its worker, for the same readers', async () => {
    const stream = await post(`sim/tokens:${TOKENS}:40`);
    await stream.has(10);
    const owner = await cluster().ownerOf(idOf(stream));
    expect(await owner.stop()).toEqual({ code: 0, signal: null });
    expect(await stream.ended).toBe('clean');
    expect(bytesOf(stream)).toEqual(await atProvider(await responseId(idOf(stream))));
    expect(await cluster().simulator.calls(idOf(stream))).toHaveLength(1);
    await owner.start();
  });

  it('that is buffered is shown whole after a crash', async () => {
    const stream = post(`sim/tokens:${TOKENS}:40`, { stream_mode: 'buffered' });
    const [row] = await eventually(
      async () =>
        (
          await cluster().pool.query<{ request_id: string }>(
            `SELECT request_id FROM attempts WHERE outcome = 'running' AND provider_response_id IS NOT NULL`,
          )
        ).rows,
      (rows) => rows.length > 0,
    );
    const id = `rr_${row!.request_id.replaceAll('-', '')}`;
    const owner = await cluster().ownerOf(`rr_${row!.request_id}`);
    await owner.crash();
    const shown = await stream;
    expect(await shown.ended).toBe('clean');
    expect(idOf(shown)).toBe(id);
    expect(bytesOf(shown)).toEqual(await atProvider(await responseId(id)));
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
    await owner.start();
  });

  it('that is too old to be streamed after a crash is polled: the reader gets the error frame, later ones a whole stream', async () => {
    const stream = await post(`sim/tokens:${TOKENS}:20+stream-ttl:1500`);
    const id = idOf(stream);
    await stream.has(10);
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('stream_truncated');
    expect(stream.text).toContain('event: response.failed');
    const record = await cluster().client.untilEnded(id);
    expect(record).toMatchObject({ status: 'completed' });
    const later = await readAgain(`/v1/requests/${id}/stream`);
    expect(await later.ended).toBe('clean');
    expect(later.frames[0]!.id).toBe('0-0');
    const response = await responseId(id);
    const back = await readAgain(`/v1/responses/${response}?stream=true`);
    expect(await back.ended).toBe('clean');
    expect(bytesOf(back)).toEqual(bytesOf(later));
    const whole = await cluster().client.get(`/v1/responses/${response}`);
    expect(jsonOf(whole)).toMatchObject({ id: response, status: 'completed' });
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
    await owner.start();
  });

  it('is paid for again where the provider has forgotten it, if on_lost allows a second call', async () => {
    const stream = await post('sim/tokens:20:20+cut:8+forget,tokens:5');
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('worker_lost');
    const id = idOf(stream);
    expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'lost', error_detail: 'response_gone', decision: { reason: 'lost' } },
      { outcome: 'succeeded' },
    ]);
    const back = await readAgain(
      `/v1/requests/${id}/stream?starting_after=${stream.frames.at(-1)!.id}`,
    );
    await back.ended;
    expect(back.errorCode).toBe('stream_superseded');
  });

  it('is canceled at the provider with its request', async () => {
    const stream = await post('sim/tokens:500:20');
    await stream.has(5);
    const response = await responseId(idOf(stream));
    await cluster().client.call('POST', `/v1/responses/${response}/cancel`);
    await eventually(
      () => statusAtProvider(response),
      (status) => status === 'cancelled',
    );
    expect(await stream.ended).toBe('error');
    expect(stream.errorCode).toBe('canceled');
  });

  it('has the headers of any stream, and its answer is cached', async () => {
    const fields = { seed: 1, cache: { type: 'exact_match', ttl: 300 } };
    const miss = await post(`sim/tokens:8+cut:6`, fields);
    expect(await miss.ended).toBe('clean');
    expect(miss.headers).toMatchObject({
      ...{
        'x-reqrun-cache': 'miss',
        'x-reqrun-attempts': '1',
        'x-reqrun-model': 'sim/tokens:8+cut:6',
      },
    });
    const hit = await post(`sim/tokens:8+cut:6`, fields, 1);
    expect(await hit.ended).toBe('clean');
    expect(hit.headers['x-reqrun-cache']).toBe('hit');
    expect(await cluster().simulator.calls(idOf(hit))).toEqual([]);
    // A call that is not re-attached asks the provider for something else.
    const other = await post(`sim/tokens:8`, { ...fields, seed: 2, reattach: false });
    expect(other.headers['x-reqrun-cache']).toBe('miss');
    await other.ended;
  });
});
