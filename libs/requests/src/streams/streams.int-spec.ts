import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { DatabaseError } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';

import type { Claim } from '../lifecycle/claim.js';
import { sweepRetention } from '../maintenance/retention.js';
import { failure, RequestsFixture, retryIn, success } from '../testing/index.js';
import { FrameAppender } from './frame-appender.js';
import type { StoredFrame } from './frame-batch.js';
import { LogReader } from './log-reader.js';
import type { LogWriter } from './log-writer.js';
import { StreamReaders } from './stream-readers.js';
import { type StreamEnd, StreamReading } from './stream-reading.js';

/** Interval of the look that is short enough for tests, in ms. */
const OFTEN_MS = 5;
/** Longer than any test, in ms: batches are committed when a test says so. */
const NEVER_MS = 10_000;

class DeafBus implements SignalBus {
  readonly connected = false;
  publish(): void {
    return undefined;
  }
  subscribe(): void {
    return undefined;
  }
  start(): Promise<void> {
    return Promise.resolve();
  }
  stop(): Promise<void> {
    return Promise.resolve();
  }
}

let f: RequestsFixture;
let appender: FrameAppender;
let readers: StreamReaders;

beforeAll(async () => {
  f = await RequestsFixture.open();
});
afterAll(async () => {
  await f.close();
});
beforeEach(async () => {
  await f.clear();
  appender = new FrameAppender({ pool: f.pool, keys: f.keys, everyMs: NEVER_MS });
  readers = new StreamReaders({
    ...{ pool: f.pool, keys: f.keys, recovery: f.recovery, signals: new DeafBus(), link: null },
    pollMs: OFTEN_MS,
    makeUp: () => Promise.resolve({ head: { headers: {} }, frames: [frame('made'), frame('up')] }),
  });
});
afterEach(() => readers.stop());

const frame = (text: string, usageOnly = false): StoredFrame => ({
  bytes: Buffer.from(`data: {"id":"chatcmpl-1","choices":[{"delta":{"content":"${text}"}}]}\n\n`),
  usageOnly,
});

/** A log with what its listener was told. */
interface Written {
  writer: LogWriter;
  told: string[];
}

function write({ projectId, id, fence, attempt }: Claim, by = appender): Written {
  const told: string[] = [];
  const ref = { projectId, id, fence, log: attempt };
  const writer = by.open(
    ref,
    { headers: { 'openai-version': '1' } },
    {
      committed: (upTo) => told.push(`committed ${upTo}`),
      lost: () => told.push('lost'),
    },
  );
  return { writer, told };
}

/** A log that a later attempt may write on. */
function writeShared(
  { projectId, id, fence }: Claim,
  end: Awaited<ReturnType<LogReader['endOf']>> = null,
): Written {
  const told: string[] = [];
  const ref = { projectId, id, fence, log: 1, isShared: true };
  const listener = {
    committed: (upTo: number) => told.push(`committed ${upTo}`),
    lost: () => told.push('lost'),
  };
  const writer =
    end === null
      ? appender.open(ref, { headers: {} }, listener)
      : appender.continue(ref, end, listener);
  return { writer, told };
}

/** Claims a request whose response runs in the background at the provider. */
async function claimWithResponse(): Promise<Claim> {
  const claim = await f.acceptAndClaim({ policy: { reattach: true } });
  await f.sql(
    `UPDATE attempts SET provider_response_id = 'resp_1', provider_target = 'x' WHERE request_id = $1`,
    [claim.id],
  );
  return claim;
}

/** Appends what was added, and waits until it is committed or lost. */
async function append(writer: LogWriter): Promise<void> {
  await appender.commit(writer);
}

/** Ends the attempt of a log, as a worker does. */
async function finish(
  end: ReturnType<typeof success>,
  writer: LogWriter,
): Promise<Awaited<ReturnType<typeof f.finisher.finish>>> {
  const rest = await writer.close();
  const last = rest === null ? null : await appender.seal(writer.ref, rest);
  return f.finisher.finish({ ...end, stream: { log: writer.ref.log, frames: writer.count, last } });
}

/** A reader that keeps what it was shown, until its end. */
class TestReader {
  readonly texts: string[] = [];
  readonly numbers: string[] = [];
  takes = true;
  readonly ended: Promise<StreamEnd>;
  readonly reading: StreamReading;

  constructor(
    id: string,
    {
      cursor = null,
      isBuffered = false,
      showsFailed = false,
      isCommitted = true,
    }: Partial<StreamReading> = {},
  ) {
    let onEnd: (end: StreamEnd) => void;
    this.ended = new Promise((resolve) => (onEnd = resolve));
    this.reading = new StreamReading(f.tenant, id, cursor, isBuffered, showsFailed, {
      frames: ({ log, from, frames }) => {
        frames.forEach(({ bytes }, index) => {
          this.numbers.push(`${log}-${from + index}`);
          this.texts.push(/"content":"(.*?)"/.exec(bytes.toString())?.[1] ?? '');
        });
        return this.takes;
      },
      ended: (end) => onEnd(end),
    });
    readers.add(this.reading);
    if (isCommitted) {
      readers.begin(this.reading, 'ended');
    }
  }

  async shown(count: number): Promise<void> {
    while (this.texts.length < count) {
      await nextTurn();
    }
  }
}

const batches = (): Promise<{ log: number; from_no: number; frames: number }[]> =>
  f.sql('SELECT log, from_no, frames FROM stream_batches ORDER BY log, from_no');

describe('a log', () => {
  it('keeps frames and their numbers through batches, and a reader in the middle gets the same bytes', async () => {
    const claim = await f.acceptAndClaim();
    const { writer, told } = write(claim);
    const added = Array.from({ length: 300 }, (_, n) => frame(`é ${n}`, n === 299));
    for (const [n, one] of added.entries()) {
      expect(writer.add(one)).toBe(n);
      if (n % 70 === 0) {
        await append(writer);
      }
    }
    await append(writer);
    expect(told.at(-1)).toBe('committed 300');
    const logs = new LogReader(f.pool, f.keys);
    for (const next of [0, 1, 71, 150, 299]) {
      const place = { projectId: f.projectId, id: claim.id, log: 1, next };
      const read = await logs.read(place, null);
      expect(read?.frames).toEqual(added.slice(read?.from));
      expect(read!.from).toBeLessThanOrEqual(next);
    }
    expect(await logs.read({ projectId: f.projectId, id: claim.id, log: 1, next: 300 }, null)).toBe(
      null,
    );
    expect(await logs.read({ projectId: f.projectId, id: claim.id, log: 2, next: 0 }, null)).toBe(
      null,
    );
  });

  it('is opened by its first batch: the attempt shows the log and the time, the id of the answer leads to it', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.answerId = 'resp_1';
    writer.add(frame('a'));
    expect(await f.attemptRows(claim.id)).toMatchObject([{ log: null, first_frame_at: null }]);
    await append(writer);
    expect(await f.attemptRows(claim.id)).toMatchObject([
      { log: 1, first_frame_at: expect.any(Date) as Date, frames: null },
    ]);
    expect(await f.sql('SELECT response_id, request_id, log FROM response_ids')).toEqual([
      { response_id: 'resp_1', request_id: claim.id, log: 1 },
    ]);
  });

  it('of an attempt that has lost its request is not written on, and the attempt is told', async () => {
    const claim = await f.acceptAndClaim();
    const { writer, told } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    await f.change(claim.id, 'fence = fence + 1');
    writer.add(frame('b'));
    await append(writer);
    expect(told).toEqual(['committed 1', 'lost']);
    expect(await batches()).toEqual([{ log: 1, from_no: 0, frames: 1 }]);
    expect(appender.heldBytes).toBe(0);
  });

  it('that a later attempt writes on has the batches of both, and none that the earlier one writes too late', async () => {
    const claim = await claimWithResponse();
    const first = writeShared(claim);
    first.writer.add(frame('a'));
    await append(first.writer);
    await f.endLease(claim.id);
    await f.recovery.reapExpiredLeases();
    const next = await f.claimOne(claim.id);
    const end = await new LogReader(f.pool, f.keys).endOf({ ...next, log: 1 });
    expect(end).toMatchObject({ log: 1, count: 1 });
    const second = writeShared(next, end);
    for (const text of ['b', 'c']) {
      first.writer.add(frame(`late ${text}`));
      second.writer.add(frame(text));
    }
    // Both in one statement, as where one process has lost a request and claimed it again.
    await Promise.all([append(first.writer), append(second.writer)]);
    expect([first.told, second.told]).toEqual([['committed 1', 'lost'], ['committed 3']]);
    const reader = new TestReader(claim.id);
    await reader.shown(3);
    expect(reader.texts).toEqual(['a', 'b', 'c']);
    expect(await batches()).toEqual([
      { log: 1, from_no: 0, frames: 1 },
      { log: 1, from_no: 1, frames: 2 },
    ]);
  });

  it('that a later attempt writes on is not taken over while a batch of the earlier one is being written', async () => {
    const claim = await claimWithResponse();
    const { writer } = writeShared(claim);
    writer.add(frame('a'));
    await append(writer);
    // The batch is under way: its statement has seen the fence, and waits for this row of the same key.
    const blocker = await f.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query(`INSERT INTO stream_batches VALUES ($1, 1, 1, 1, '')`, [claim.id]);
    writer.add(frame('b'));
    const appending = append(writer);
    await f.blocked('test');
    await f.endLease(claim.id);
    const taking = f.recovery.reapExpiredLeases();
    await f.blocked('test', 2);
    await blocker.query('ROLLBACK');
    blocker.release();
    await Promise.all([appending, taking]);
    await f.claimOne(claim.id);
    const end = await new LogReader(f.pool, f.keys).endOf({ ...claim, log: 1 });
    expect(end?.count).toBe(2);
  });

  it('has each batch once, whose answer was lost and which is sent again', async () => {
    const claim = await f.acceptAndClaim();
    const { writer, told } = write(claim);
    writer.add(frame('a'));
    const cut = writer.cut()!;
    // The first try is committed, and nobody learns of it.
    const other = await appender.seal(writer.ref, cut);
    await f.sql(
      `INSERT INTO stream_batches (request_id, log, from_no, frames, ciphertext) VALUES ($1, 1, 0, 1, $2)`,
      [claim.id, Buffer.concat([other.blob].flat() as Buffer[])],
    );
    writer.add(frame('b'));
    await append(writer);
    await append(writer);
    expect(told).toEqual(['committed 1', 'committed 2']);
    const read = await new LogReader(f.pool, f.keys).read(
      { projectId: f.projectId, id: claim.id, log: 1, next: 0 },
      null,
    );
    expect(read?.frames).toEqual([frame('a'), frame('b')]);
  });

  it('opens at its own place alone', async () => {
    const [one, two] = [await f.acceptAndClaim(), await f.acceptAndClaim()];
    for (const claim of [one, two]) {
      const { writer } = write(claim);
      writer.add(frame('a'));
      await append(writer);
      writer.add(frame('b'));
      await append(writer);
    }
    await f.sql(
      `UPDATE stream_batches b SET ciphertext = o.ciphertext FROM stream_batches o
       WHERE b.request_id = $1 AND o.request_id = $2 AND b.from_no = o.from_no`,
      [one.id, two.id],
    );
    const logs = new LogReader(f.pool, f.keys);
    const place = { projectId: f.projectId, log: 1, next: 0 };
    await expect(logs.read({ ...place, id: one.id }, null)).rejects.toMatchObject({
      name: 'UnreadableError',
    });
    expect((await logs.read({ ...place, id: two.id }, null))?.frames).toHaveLength(2);
  });

  it('commits what many streams have said in one statement', async () => {
    const claims = [await f.acceptAndClaim(), await f.acceptAndClaim(), await f.acceptAndClaim()];
    const logs = claims.map((claim) => write(claim));
    logs.forEach(({ writer }) => writer.add(frame('a')));
    await Promise.all(logs.map(({ writer }) => append(writer)));
    const rows = await f.sql<{ commits: number }>(
      'SELECT count(DISTINCT xmin::text)::int AS commits FROM stream_batches',
    );
    expect(rows).toEqual([{ commits: 1 }]);
  });

  it('is closed by the end of its attempt, with the frames that were held back', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    writer.holdRest();
    writer.add(frame('end'));
    await append(writer);
    expect(await batches()).toEqual([{ log: 1, from_no: 0, frames: 1 }]);
    await finish(success(claim), writer);
    expect(await batches()).toHaveLength(2);
    expect(await f.row(claim.id)).toMatchObject({ status: 'completed', result_log: 1 });
    expect(await f.attemptRows(claim.id)).toMatchObject([{ log: 1, frames: 2 }]);
  });

  it('gets no end when the deadline has passed meanwhile: nobody is told that the answer is whole', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    writer.holdRest();
    writer.add(frame('end'));
    await f.passDeadline(claim.id);
    await finish(success(claim), writer);
    expect(await batches()).toEqual([{ log: 1, from_no: 0, frames: 1 }]);
    expect(await f.row(claim.id)).toMatchObject({ status: 'failed', result_log: null });
    expect(await f.attemptRows(claim.id)).toMatchObject([{ frames: null }]);
  });

  it('waits for a database that is away, in order, and says so when it gives up', async () => {
    const behind = await f.processBehindProxy('stream-behind');
    const away = new FrameAppender({ pool: behind.pool, keys: behind.keys, everyMs: 0 });
    const claim = await f.acceptAndClaim();
    const { writer, told } = write(claim, away);
    writer.add(frame('a'));
    writer.append();
    while (told.length === 0) {
      await nextTurn();
    }
    await behind.cutOff();
    writer.add(frame('b'));
    writer.append();
    writer.add(frame('c'));
    const closing = writer.close();
    away.hasGivenUp = true;
    await expect(closing).rejects.toBeInstanceOf(DatabaseError);
    expect(told).toEqual(['committed 1']);
  });

  it('goes with the content when retention deletes it', async () => {
    const projectId = await f.addProject(randomUUID(), 1, 90);
    const claim = await f.acceptAndClaim({ projectId, id: '01900000-0000-7000-8000-000000000001' });
    const { writer } = write(claim);
    writer.add(frame('a'));
    await finish(success(claim), writer);
    await f.change(claim.id, `completed_at = now() - interval '2 days'`);
    await sweepRetention(f.pool, new AbortController().signal);
    expect(await batches()).toEqual([]);
  });
});

describe('a reader', () => {
  it('gets every frame once and in order, from live frames and the table, and the clean end from the table', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    const reader = new TestReader(claim.id);
    const all = Array.from({ length: 12 }, (_, n) => frame(String(n)));
    const show = (from: number, to: number): void =>
      readers.shown({ id: claim.id, log: 1, from, frames: all.slice(from, to), head: null });
    all.slice(0, 9).forEach((one) => writer.add(one));
    await append(writer);
    show(0, 3);
    show(2, 5);
    show(7, 9);
    await reader.shown(9);
    show(0, 9);
    all.slice(9).forEach((one) => writer.add(one));
    await finish(success(claim), writer);
    expect(await reader.ended).toEqual({ kind: 'completed', attempts: 1 });
    expect(reader.texts).toEqual(all.map((_, n) => String(n)));
    expect(reader.numbers.at(-1)).toBe('1-11');
  });

  it('of a request that is not committed yet is not told that there is none', async () => {
    const request = f.newRequest();
    const reader = new TestReader(request.id, { isCommitted: false });
    readers.changed([request.id]);
    const others = Array.from({ length: 3 }, () => new TestReader(request.id));
    // They look in vain: whoever has begun to look knows that the request was committed.
    for (const other of others) {
      expect(await other.ended).toMatchObject({ code: 'result_expired' });
    }
    await f.acceptor.accept(request);
    const claim = await f.claimOne(request.id);
    const { writer } = write(claim);
    writer.add(frame('a'));
    await finish(success(claim), writer);
    readers.begin(reader.reading, 'link');
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(['a']);
  });

  it('of a log that dies gets its frames and an error, and never those of the next log', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    const reader = new TestReader(claim.id);
    await reader.shown(1);
    await finish(retryIn(claim, 0), writer);
    expect(await reader.ended).toMatchObject({
      kind: 'failed',
      code: 'openai_http_500',
      isTerminal: false,
    });
    const second = await f.claimOne(claim.id);
    const next = write(second).writer;
    next.add(frame('b'));
    await append(next);
    readers.shown({ id: claim.id, log: 2, from: 0, frames: [frame('b')], head: null });
    expect(reader.texts).toEqual(['a']);
  });

  it('who was shown nothing of a dead log waits for the next one', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await finish(retryIn(claim, 0), writer);
    const reader = new TestReader(claim.id);
    const second = await f.claimOne(claim.id);
    const next = write(second).writer;
    next.add(frame('b'));
    await finish(success(second), next);
    expect(await reader.ended).toMatchObject({ kind: 'completed', attempts: 2 });
    expect(reader.numbers).toEqual(['2-0']);
  });

  it('of a worker that was lost gets an error once the lease has ended', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    const reader = new TestReader(claim.id);
    await reader.shown(1);
    // Shown and never committed.
    readers.shown({ id: claim.id, log: 1, from: 1, frames: [frame('b')], head: null });
    await f.sql(
      `UPDATE attempts SET outcome = 'lost', error_code = 'worker_lost' WHERE request_id = $1`,
      [claim.id],
    );
    await f.change(claim.id, `status = 'retrying', fence = fence + 1`);
    expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'worker_lost' });
    expect(reader.texts).toEqual(['a', 'b']);
  });

  it.each([
    [{ log: 1, next: 2 }, ['1-2'], 'completed'],
    [{ log: 1, next: 3 }, [], 'completed'],
    [{ log: 1, next: 4 }, [], 'no_such_frame'],
    [{ log: 2, next: 0 }, [], 'no_such_frame'],
    [{ log: 0, next: 1 }, [], 'no_such_frame'],
  ])(
    'that comes back to %j of a completed log is shown %j, and then: %s',
    async (cursor, numbers, kind) => {
      const claim = await f.acceptAndClaim();
      const { writer } = write(claim);
      ['a', 'b', 'c'].forEach((text) => writer.add(frame(text)));
      await finish(success(claim), writer);
      const reader = new TestReader(claim.id, { cursor });
      expect(await reader.ended).toMatchObject({ kind });
      expect(reader.numbers).toEqual(numbers);
    },
  );

  it('with a cursor into a log that died is told so', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    ['a', 'b'].forEach((text) => writer.add(frame(text)));
    await finish(retryIn(claim, 0), writer);
    const reader = new TestReader(claim.id, { cursor: { log: 1, next: 1 } });
    expect(await reader.ended).toMatchObject({ kind: 'failed', code: 'stream_superseded' });
    expect(reader.numbers).toEqual(['1-1']);
  });

  it('of a failed request is shown its last log only where it asks for what there was', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    await finish(failure(claim), writer);
    const [plain, curious] = [
      new TestReader(claim.id),
      new TestReader(claim.id, { showsFailed: true }),
    ];
    for (const reader of [plain, curious]) {
      expect(await reader.ended).toMatchObject({ code: 'unsupported_value', isTerminal: true });
    }
    expect([plain.numbers, curious.numbers]).toEqual([[], ['1-0']]);
  });

  it('of a buffered stream is shown nothing until the answer is whole', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    writer.add(frame('a'));
    await append(writer);
    const reader = new TestReader(claim.id, { isBuffered: true });
    readers.shown({ id: claim.id, log: 1, from: 0, frames: [frame('a')], head: null });
    await finish(retryIn(claim, 0), writer);
    const second = await f.claimOne(claim.id);
    const next = write(second).writer;
    next.add(frame('b'));
    await finish(success(second), next);
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.numbers).toEqual(['2-0']);
  });

  it('of a plain answer is shown a stream that is made of it', async () => {
    const claim = await f.acceptAndClaim();
    await f.finisher.finish(success(claim));
    const reader = new TestReader(claim.id, { cursor: { log: 0, next: 1 } });
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.numbers).toEqual(['0-1']);
    const fresh = new TestReader(claim.id);
    expect(await fresh.ended).toMatchObject({ kind: 'completed' });
    expect(fresh.texts).toEqual(['made', 'up']);
  });

  it('that is slow is shown no live frames, and catches up from the table', async () => {
    const claim = await f.acceptAndClaim();
    const { writer } = write(claim);
    const reader = new TestReader(claim.id);
    reader.takes = false;
    const all = Array.from({ length: 200 }, (_, n) => frame(String(n)));
    all.forEach((one) => writer.add(one));
    await append(writer);
    await reader.shown(1);
    const stopped = reader.texts.length;
    readers.shown({ id: claim.id, log: 1, from: stopped, frames: [frame('live')], head: null });
    await finish(success(claim), writer);
    expect(reader.texts).toHaveLength(stopped);
    reader.takes = true;
    readers.resume(reader.reading);
    expect(await reader.ended).toMatchObject({ kind: 'completed' });
    expect(reader.texts).toEqual(all.map((_, n) => String(n)));
  });

  it('of a canceled request, or one past its deadline, is told so', async () => {
    const [canceled, overdue] = [await f.acceptAndClaim(), await f.acceptAndClaim()];
    const readersOf = [canceled, overdue].map(({ id }) => new TestReader(id));
    await f.sql(
      `UPDATE requests SET status = 'canceled', error_code = 'canceled', completed_at = now() WHERE id = $1`,
      [canceled.id],
    );
    await f.passDeadline(overdue.id);
    expect(await readersOf[0]!.ended).toMatchObject({ code: 'canceled' });
    expect(await readersOf[1]!.ended).toMatchObject({ code: 'deadline_exceeded' });
  });
});
