import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { chatBody } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { type RecordingProvider, startRecordingProvider } from './harness/recording-provider.js';
import { openStream, type OpenStream } from './harness/stream-client.js';
import { useCluster } from './harness/transports.js';

const MAX_STREAMS = 12;
/** Three quarters of them. */
const MAX_OF_A_KEY = 9;
const HEARTBEAT_MS = 200;
const MIB = 1024 * 1024;

const FRAMES = 500;
const FRAME_BYTES = 32 * 1024;
/** Most that the API may grow by while seven readers take nothing of 16 MiB each. */
const MOST_GROWTH = 64 * MIB;
const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
const event = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...CHUNK, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('the limits of streams', () => {
  const cluster = useCluster({
    redis: false,
    env: {
      REQRUN_MAX_STREAMS: String(MAX_STREAMS),
      REQRUN_STREAM_HEARTBEAT_MS: String(HEARTBEAT_MS),
      REQRUN_STREAM_STALL_MS: '1000',
    },
  });
  let provider: RecordingProvider;
  beforeAll(async () => {
    provider = await startRecordingProvider();
    const long = Array.from({ length: FRAMES - 1 }, () =>
      event({ content: randomBytes(FRAME_BYTES / 2).toString('hex') }, null),
    );
    const body = `${long.join('')}${event({}, 'stop')}data: [DONE]\n\n`;
    provider.answer = { headers: { 'content-type': 'text/event-stream' }, body };
  });
  afterAll(async () => {
    await provider.close();
  });

  const post = (key: string, model: string, headers: Record<string, string> = {}) =>
    openStream(cluster().baseUrl, key, {
      path: '/v1/chat/completions',
      body: chatBody(model, { stream: true }),
      headers,
    });
  const get = (key: string, id: string, query = ''): Promise<OpenStream> =>
    openStream(cluster().baseUrl, key, { path: `/v1/requests/${id}/stream${query}` });
  const idOf = ({ headers }: OpenStream): string => String(headers['x-request-id']);
  const several = (count: number, open: () => Promise<OpenStream>): Promise<OpenStream[]> =>
    Promise.all(Array.from({ length: count }, open));

  it('one key has its share of them, a process no more than its number, and what is refused is not accepted', async () => {
    const { test: key } = cluster().project.keys;
    const { test: other } = (await cluster().projects.add()).keys;
    const first = await post(key, 'sim/tokens:100:10');
    const joined = await several(MAX_OF_A_KEY - 1, () => get(key, idOf(first)));
    const name = { 'idempotency-key': 'refused' };

    const refused = await post(key, 'sim/ok', name);
    await refused.ended;
    expect([refused.status, refused.errorCode]).toEqual([429, 'too_many_waiting']);
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });

    const theirs = await post(other, 'sim/tokens:100:10');
    const others = await several(MAX_STREAMS - MAX_OF_A_KEY - 1, () => get(other, idOf(theirs)));
    for (const full of [await post(other, 'sim/ok', name), await get(other, idOf(theirs))]) {
      await full.ended;
      expect([full.status, full.errorCode]).toEqual([503, 'overloaded']);
      expect(full.headers).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });
    }

    const { rows } = await cluster().pool.query(
      `SELECT 1 FROM requests WHERE idempotency_key = 'refused'`,
    );
    expect(rows).toEqual([]);
    const open = [first, ...joined, theirs, ...others];
    expect(open).toHaveLength(MAX_STREAMS);
    expect(await Promise.all(open.map(({ ended }) => ended))).toEqual(open.map(() => 'clean'));
    const accepted = await post(key, 'sim/ok', name);
    expect(await accepted.ended).toBe('clean');
  });

  it('a stream that is silent has its headers and heartbeats in time', async () => {
    const stream = await post(cluster().project.keys.test, 'sim/tokens:2+ttft:3000');
    expect(stream.status).toBe(200);
    expect(stream.frames).toEqual([]);
    expect(await stream.ended).toBe('clean');
    expect(stream.text).toMatch(/^:\n:\n/);
    expect(stream.headers['x-reqrun-model']).toBeUndefined();
  });

  it('readers who take nothing are dropped, cost little memory, hold up nobody, and come back to the same bytes', async () => {
    const owner = await cluster().owner();
    const project = await cluster().projects.add();
    await owner.expect(201, 'POST', `/admin/projects/${project.id}/providers`, {
      ...{ name: 'one', base_url: provider.baseUrl, api_key: 'sk-0123456789' },
    });
    const key = project.keys.live;
    const warm = await post(key, 'm');
    expect(await warm.ended).toBe('clean');
    const before = await residentBytes(cluster().api.pid);

    const reader = await post(key, 'm');
    const stalled = await several(7, () => get(key, idOf(reader)));
    stalled.forEach((one) => one.pause());
    expect(await reader.ended).toBe('clean');
    expect(reader.frames).toHaveLength(FRAMES);
    await eventually(
      async () => (await cluster().api.counts()).sum('reqrun_stream_stalled_readers_total'),
      (dropped) => dropped === stalled.length,
    );
    expect((await residentBytes(cluster().api.pid)) - before).toBeLessThan(MOST_GROWTH);

    for (const one of stalled) {
      one.resume();
      expect(await one.ended).toBe('broken');
      const seen = one.frames.length;
      expect(seen).toBeLessThan(FRAMES);
      expect(one.frames).toEqual(reader.frames.slice(0, seen));
      const back = await get(key, idOf(reader), `?starting_after=${one.frames.at(-1)!.id}`);
      expect(await back.ended).toBe('clean');
      expect(back.frames).toEqual(reader.frames.slice(seen));
    }
    const counts = await cluster().api.counts();
    expect(counts.sum('reqrun_stream_resumes_total', 'by="cursor"')).toBe(stalled.length);
  });
});

/** Returns the memory that a process has in use. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid ?? 0}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)![1]) * 1024;
}
