import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { cancelRequest, LogReader } from '@reqrun/requests';
import { type RequestFields, RequestsFixture } from '@reqrun/requests/testing';

import { type BackgroundProvider, startBackgroundProvider } from './testing/background-provider.js';
import { TestReaders } from './testing/test-readers.js';
import { startTestWorker, type TestWorker, type TestWorkerOptions } from './testing/test-worker.js';

/** Streams of responses that run in the background at a provider, whatever happens to the worker that reads them. */
let f: RequestsFixture;
let provider: BackgroundProvider;
let readers: TestReaders;
const workers: TestWorker[] = [];

beforeEach(async () => {
  f = await RequestsFixture.open();
  provider = await startBackgroundProvider();
  readers = new TestReaders(f);
  await f.sql(
    `INSERT INTO provider_credentials (id, project_id, base_url, updated_at) VALUES ($1, $1, $2, now())`,
    [f.projectId, provider.baseUrl],
  );
});
afterEach(async () => {
  readers.stop();
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)));
  await provider.close();
  await f.close();
});

async function start(options: TestWorkerOptions = {}, process = f.process('worker')) {
  const worker = await startTestWorker(f, process, { streamAppendMs: 5, ...options });
  workers.push(worker);
  return worker;
}

/** Starts a worker that neither renews its leases nor takes back those of others, and cuts it off the database. */
async function startMortal() {
  const process = await f.processBehindProxy('mortal');
  return { ...process, worker: await start({ withoutBeats: true, withoutReaper: true }, process) };
}

const accept = ({ policy, ...more }: RequestFields = {}): Promise<string> =>
  f.accept({
    endpoint: '/responses',
    body: Buffer.from('{"model":"m","stream":true,"store":null,"input":"x"}'),
    ...more,
    policy: { reattach: true, stream: 'live', ...policy },
  });

/** Resolves when a condition holds; each check of the table is a round trip. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await setImmediate();
  }
}

const ended = async (id: string): Promise<void> =>
  until(async () => (await f.row(id)).completed_at !== null);

/** Resolves when the id of a request's latest response is committed. */
const kept = (id: string, count = 1): Promise<void> =>
  until(
    async () =>
      (await f.attemptRows(id)).filter((row) => row['provider_response_id'] !== null).length >=
      count,
  );

/** Number of frames of a log that are in the table. */
const stored = async (id: string, log = 1): Promise<number> => {
  const [row] = await f.sql<{ count: number }>(
    `SELECT coalesce(sum(frames), 0)::int AS count FROM stream_batches WHERE request_id = $1 AND log = $2`,
    [id, log],
  );
  return row?.count ?? 0;
};

/** Resolves when that many frames are in the table. */
const committed = (id: string, count: number, log = 1): Promise<void> =>
  until(async () => (await stored(id, log)) >= count);

/** The whole log, as it is in the table. */
async function logOf(id: string, log = 1): Promise<string[]> {
  const reader = new LogReader(f.pool, f.keys);
  const texts: string[] = [];
  for (;;) {
    const place = { projectId: f.projectId, id, log, next: texts.length };
    const read = await reader.read(place, null);
    if (read === null) {
      return texts;
    }
    expect(read.from).toBeLessThanOrEqual(texts.length);
    texts.push(...read.frames.slice(texts.length - read.from).map(({ bytes }) => String(bytes)));
  }
}

/** Resolves when no response is left to be canceled. */
const settled = (): Promise<void> =>
  until(
    async () =>
      (await f.sql('SELECT FROM attempts WHERE provider_target IS NOT NULL')).length === 0,
  );

const first = () => provider.generations[0]!;

/** Begins a stream, and has its first frames committed. */
async function begun(policy: NonNullable<RequestFields['policy']> = {}, words = 3) {
  const id = await accept({ policy });
  await until(() => provider.generations.length === 1);
  provider.say(words);
  await committed(id, 1 + words);
  return id;
}

describe('a stream in the background', () => {
  it('is called with background, store and stream, and its id is committed before anything was said', async () => {
    await start();
    const id = await accept();
    await kept(id);
    expect(await stored(id)).toBe(0);
    expect(first().body).toEqual({
      ...{ model: 'm', input: 'x' },
      ...{ background: true, store: true, stream: true },
    });
    provider.say(2);
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1, result_log: 1 });
    expect(await logOf(id)).toEqual(first().events);
    expect(await f.attemptRows(id)).toMatchObject([
      {
        ...{ outcome: 'succeeded', log: 1, frames: 4 },
        ...{ provider_response_id: 'resp_0', provider_target: null },
      },
    ]);
    expect(first()).toMatchObject({ cancels: 0, resumes: [] });
  });

  it('commits no frame while its id can not be committed', async () => {
    await f.sql(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.provider_response_id IS NOT NULL THEN RAISE 'not now' USING ERRCODE = '53000'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON attempts FOR EACH ROW EXECUTE FUNCTION refuse();`);
    const worker = await start();
    const id = await accept();
    await until(() => provider.generations.length === 1);
    provider.say(5);
    await until(() => worker.lines.some(({ event }) => event === 'response.not_kept'));
    await until(() => worker.lines.filter(({ event }) => event === 'response.not_kept').length > 2);
    expect(await stored(id)).toBe(0);
    await f.sql('DROP TRIGGER refuse ON attempts');
    await committed(id, 6);
    provider.finish();
    await ended(id);
    expect(await logOf(id)).toEqual(first().events);
  });

  it('goes on in the same attempt and log after its connection was cut, any number of times', async () => {
    await start();
    const id = await begun({ count: 0 });
    const reader = readers.read(id);
    for (let cut = 1; cut <= 7; cut += 1) {
      provider.cut();
      await until(() => first().resumes.length === cut && first().connections.size === 1);
      provider.say(2);
      await reader.shown(4 + 2 * cut);
    }
    provider.finish();
    await ended(id);
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(first().events);
    expect(await logOf(id)).toEqual(first().events);
    expect(first().resumes[0]).toBe('3');
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1, retries_used: 0 });
  });

  it('goes on after a cut before it has said anything, with the frames that were held', async () => {
    await start();
    const id = await accept({ policy: { count: 0 } });
    await kept(id);
    provider.cut();
    await until(() => first().connections.size === 1);
    provider.say(1);
    provider.finish();
    await ended(id);
    expect(first().resumes).toEqual(['0']);
    expect(await logOf(id)).toEqual(first().events);
  });

  it('goes on after a silence of timeout.idle', async () => {
    await start();
    const id = await begun({ count: 0, idleTimeoutMs: 100 });
    await until(() => first().resumes.length >= 1);
    provider.say(1);
    provider.finish();
    await ended(id);
    expect(await logOf(id)).toEqual(first().events);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('outlasts 5xx and 429 when it is taken up again', async () => {
    await start();
    const id = await begun({ count: 0 });
    provider.streamStatus = 503;
    provider.cut();
    await until(() => first().resumes.length === 1);
    provider.streamStatus = 429;
    await until(() => first().resumes.length === 2);
    provider.streamStatus = 0;
    await until(() => first().connections.size === 1);
    provider.finish();
    await ended(id);
    expect(await logOf(id)).toEqual(first().events);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('is polled after five tries in a row without a frame: the result is whole, and the log ends in an error', async () => {
    await start();
    const id = await begun({ count: 0 });
    const reader = readers.read(id);
    await reader.shown(4);
    provider.streamStatus = -1;
    provider.cut();
    expect(await reader.ended).toMatchObject({
      ...{ kind: 'failed', code: 'stream_truncated', isTerminal: false },
    });
    expect(first().resumes).toEqual(['3', '3', '3', '3', '3']);
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed', attempts: 1, result_log: null });
    const later = readers.read(id);
    expect(await later.ended).toMatchObject({ kind: 'completed' });
    expect(later.numbers).toEqual(['0-0', '0-1']);
  });

  it('that is refused with 400 is polled until its end: readers of the log get the error, later ones the made-up stream', async () => {
    await start();
    const id = await begun({ count: 0 });
    const reader = readers.read(id);
    await reader.shown(4);
    provider.streamStatus = 400;
    provider.cut();
    expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'stream_truncated' });
    const meanwhile = readers.read(id);
    provider.finish();
    await ended(id);
    expect(await meanwhile.ended).toMatchObject({ kind: 'completed' });
    expect(meanwhile.numbers).toEqual(['0-0', '0-1']);
    const back = readers.read(id, { cursor: { log: 1, next: 4 } });
    expect(await back.ended).toMatchObject({ kind: 'failed', code: 'stream_superseded' });
    expect(await f.row(id)).toMatchObject({ status: 'completed', usage: { total_tokens: 3 } });
    // The provider's id leads to the request, and no longer to a log that has ended.
    expect(await f.sql('SELECT response_id, log FROM response_ids')).toEqual([
      { response_id: 'resp_0', log: null },
    ]);
    expect(first().cancels).toBe(0);
  });

  it('that says that it failed is the end of the attempt, by its code: no second look', async () => {
    await start();
    const id = await begun({});
    provider.finish('failed', { code: 'server_error', message: 'x' });
    await until(async () => (await f.row(id)).status === 'retrying');
    expect(first()).toMatchObject({ resumes: [], looks: 0, cancels: 0 });
    await f.change(id, 'due_at = now()');
    await until(() => provider.generations.length === 2);
    provider.say(1);
    provider.finish();
    await ended(id);
    expect(await f.row(id)).toMatchObject({ status: 'completed', retries_used: 1, result_log: 2 });
    expect(await logOf(id, 2)).toEqual(provider.generations[1]!.events);
  });

  it('that is buffered shows nothing before its end, and all of it then', async () => {
    const mortal = await startMortal();
    const id = await begun({ stream: 'buffered' });
    const reader = readers.read(id, { isBuffered: true });
    await mortal.cutOff();
    await f.endLease(id);
    await start();
    await until(() => first().resumes.length === 1);
    expect(reader.texts).toEqual([]);
    provider.say(2);
    provider.finish();
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(first().events);
  });
});

describe('a lost worker', () => {
  it('leaves a stream that the next attempt writes on in the old log: connected readers see a pause, and the same bytes', async () => {
    const mortal = await startMortal();
    const id = await begun({ count: 0 });
    const reader = readers.read(id);
    await reader.shown(4);
    await mortal.cutOff();
    provider.say(4);
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    // Nobody runs it, and nobody is told that the log has died.
    const late = readers.read(id);
    await late.shown(4);
    await start();
    await until(() => first().resumes.length === 1);
    provider.say(2);
    await reader.shown(10);
    provider.finish();
    await ended(id);
    expect(await reader.ended).toMatchObject({ kind: 'completed', attempts: 2 });
    expect(await late.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(first().events);
    expect(late.texts).toEqual(first().events);
    expect(reader.numbers).toEqual(first().events.map((_, n) => `1-${n}`));
    expect(await logOf(id)).toEqual(first().events);
    expect(provider.generations).toHaveLength(1);
    expect(first()).toMatchObject({ cancels: 0, resumes: ['3'] });
    expect(await f.row(id)).toMatchObject({
      ...{ status: 'completed', retries_used: 0, losses: 1, result_log: 1 },
    });
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'lost', decision_reason: 'reattach', log: 1, provider_response_id: 'resp_0' },
      { outcome: 'succeeded', log: 1, frames: 11, provider_response_id: 'resp_0' },
    ]);
  });

  it('that comes back writes nothing more into the log, and cancels nothing', async () => {
    const paused = await start({ withoutBeats: true, withoutReaper: true });
    const id = await begun();
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    await start({ withoutReaper: true });
    await until(() => first().resumes.length === 1 && first().connections.size === 2);
    provider.say(20);
    await until(() => first().connections.size === 1);
    provider.say(3);
    provider.finish();
    await ended(id);
    expect(await logOf(id)).toEqual(first().events);
    expect(paused.runner.count).toBe(0);
    await start();
    await settled();
    expect(first().cancels).toBe(0);
  });

  it('twice in a row: the third attempt goes on where the second has come to', async () => {
    const id = await (async () => {
      const mortal = await startMortal();
      const one = await begun();
      await mortal.cutOff();
      await f.endLease(one);
      await f.recovery.reapExpiredLeases();
      return one;
    })();
    const second = await startMortal();
    await until(() => first().resumes.length === 1);
    provider.say(3);
    await committed(id, 7);
    await second.cutOff();
    await f.endLease(id);
    await start();
    await until(() => first().resumes.length === 2);
    provider.finish();
    await ended(id);
    expect(first().resumes).toEqual(['3', '6']);
    expect(await logOf(id)).toEqual(first().events);
    expect((await f.attemptRows(id)).map(({ log }) => log)).toEqual([1, 1, 1]);
  });

  it('before anything was said leaves a stream that the next attempt reads from its beginning', async () => {
    const mortal = await startMortal();
    const id = await accept();
    await kept(id);
    await mortal.cutOff();
    await f.endLease(id);
    await start();
    await until(() => first().resumes.length === 1);
    provider.say(1);
    provider.finish();
    await ended(id);
    expect(first().resumes).toEqual([null]);
    expect(await logOf(id, 2)).toEqual(first().events);
    expect(await f.row(id)).toMatchObject({ status: 'completed', result_log: 2 });
  });

  it('that gave its request back on SIGTERM leaves the stream as well', async () => {
    const stopping = await start();
    const id = await begun({ onLost: 'fail' });
    const reader = readers.read(id);
    await stopping.stop(0);
    workers.splice(0);
    expect(await f.attemptRows(id)).toMatchObject([
      { outcome: 'released', decision_reason: 'reattach' },
    ]);
    await start();
    await until(() => first().resumes.length === 1);
    provider.finish();
    await ended(id);
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(first().events);
    expect(await f.row(id)).toMatchObject({ status: 'completed', losses: 0 });
    expect(first().cancels).toBe(0);
  });

  it('and a stream that is too old by now: the next attempt polls, in a log that has ended', async () => {
    const mortal = await startMortal();
    const id = await begun();
    const reader = readers.read(id);
    await mortal.cutOff();
    provider.streamStatus = 400;
    await f.endLease(id);
    await start();
    expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'stream_truncated' });
    provider.finish();
    await ended(id);
    expect(provider.generations).toHaveLength(1);
    expect(await f.row(id)).toMatchObject({ status: 'completed', result_log: null });
  });

  it.each([
    ['retry', 'completed', 2],
    ['fail', 'failed', 1],
  ] as const)(
    'and another credential: the response is never asked for with it, its log has died, and on_lost %s decides',
    async (onLost, status, generations) => {
      const mortal = await startMortal();
      const id = await begun({ onLost });
      const reader = readers.read(id, { cursor: { log: 1, next: 0 } });
      await mortal.cutOff();
      await f.sql(`UPDATE provider_credentials SET base_url = base_url || '/'`);
      await f.endLease(id);
      await start();
      if (onLost === 'retry') {
        await until(() => provider.generations.length === 2);
        expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'stream_superseded' });
        provider.say(1);
        provider.finish();
      } else {
        expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'outcome_unknown' });
      }
      await ended(id);
      expect(await f.row(id)).toMatchObject({ status, losses: 1, retries_used: 0 });
      expect(provider.generations).toHaveLength(generations);
      expect(first()).toMatchObject({ cancels: 0, looks: 0, resumes: [] });
      expect((await f.attemptRows(id)).slice(0, 2)).toMatchObject([
        { outcome: 'lost', decision_reason: 'reattach', log: 1 },
        { outcome: 'lost', error_detail: 'provider_changed', log: 1 },
      ]);
      if (onLost === 'retry') {
        expect(await f.row(id)).toMatchObject({ result_log: 3 });
        expect(await logOf(id)).toEqual(first().events.slice(0, 4));
      }
    },
  );

  it.each([401, 403, 404])(
    'and a provider that answers %i: the response is lost, and a new call follows in a log of its own',
    async (status) => {
      const mortal = await startMortal();
      const id = await begun();
      await mortal.cutOff();
      provider.streamStatus = status;
      await f.endLease(id);
      await start();
      await until(() => provider.generations.length === 2);
      provider.streamStatus = 0;
      provider.say(2);
      provider.finish();
      await ended(id);
      expect(await logOf(id, 3)).toEqual(provider.generations[1]!.events);
      expect((await f.attemptRows(id)).slice(0, 2)).toMatchObject([
        { outcome: 'lost', decision_reason: 'reattach' },
        { outcome: 'lost', error_detail: 'response_gone', decision_reason: 'lost' },
      ]);
    },
  );
});

describe('a stream that nothing waits for', () => {
  it('is canceled at the provider with its request, once', async () => {
    await start();
    await start();
    const id = await begun();
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await settled();
    expect(first().cancels).toBe(1);
    await until(() => first().connections.size === 0);
  });

  it('is canceled at the provider that its request names', async () => {
    const named = randomUUID();
    await f.sql(
      `INSERT INTO provider_credentials (id, further_of, name, base_url, updated_at)
       VALUES ($1, $2, 'other', $3, now())`,
      [named, f.projectId, `${provider.baseUrl}/`],
    );
    await start();
    const planned = { name: 'other/m', model: 'm', provider: 'other', providerId: named };
    const id = await begun({ plan: [planned] });
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await settled();
    expect(first().cancels).toBe(1);
  });

  it('is canceled when the deadline passes', async () => {
    await start();
    const id = await begun();
    await f.passDeadline(id);
    await ended(id);
    await settled();
    expect(first().cancels).toBe(1);
    expect(await f.row(id)).toMatchObject({ error_code: 'deadline_exceeded' });
  });

  it('is canceled when call_timeout passes, and the retry has a generation and a log of its own', async () => {
    await start();
    const id = await accept({ policy: { callTimeoutMs: 300 } });
    await until(() => provider.generations.length === 1);
    provider.say(1);
    await until(() => first().cancels === 1);
    await f.change(id, 'due_at = now()');
    await until(() => provider.generations.length === 2);
    expect((await f.attemptRows(id))[0]).toMatchObject({
      outcome: 'failed',
      error_code: 'timeout',
    });
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await settled();
    expect(provider.generations.map(({ cancels }) => cancels)).toEqual([1, 1]);
  });

  it('is canceled when timeout.ttft passes', async () => {
    await start();
    const id = await accept({ policy: { ttftTimeoutMs: 100, count: 0 } });
    await ended(id);
    await settled();
    expect(first().cancels).toBe(1);
    expect(await f.row(id)).toMatchObject({ status: 'failed', error_code: 'timeout' });
  });

  it('is canceled when its request is canceled while no worker has it', async () => {
    const mortal = await startMortal();
    const id = await begun();
    await mortal.cutOff();
    await f.endLease(id);
    await f.recovery.reapExpiredLeases();
    expect(await cancelRequest(f.pool, f.tenant, id)).toBe(true);
    await start();
    await settled();
    expect(first().cancels).toBe(1);
  });

  it('is canceled when its id comes too late: the request has gone on without it', async () => {
    let release = (): void => undefined;
    provider.hold = new Promise((resolve) => {
      release = resolve;
    });
    await start({ withoutBeats: true, withoutReaper: true });
    const id = await accept();
    await until(() => provider.generations.length === 1);
    provider.hold = Promise.resolve();
    await f.endLease(id);
    await start();
    await kept(id);
    release();
    await until(() => first().cancels > 0);
    provider.say(1);
    provider.finish();
    await ended(id);
    expect(provider.generations.map(({ cancels }) => cancels)).toEqual([1, 0]);
  });
});

describe('a stream without re-attachment', () => {
  it('is called as ever, and a cut is a failure of its attempt', async () => {
    await start();
    const id = await accept({ policy: { reattach: false, count: 0 } });
    await until(() => provider.generations.length === 1);
    expect(first().body).toEqual({ model: 'm', stream: true, store: null, input: 'x' });
    provider.say(2);
    await committed(id, 3);
    provider.cut();
    await ended(id);
    expect(first()).toMatchObject({ resumes: [], cancels: 0 });
    expect((await f.attemptRows(id))[0]).toMatchObject({
      ...{ error_code: 'stream_truncated', provider_response_id: null, provider_target: null },
    });
  });
});
