import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { ByteBudget } from '@reqrun/platform/budget';

import { OneTimeBody } from './one-time-body.js';
import type { ProviderOutcome } from './outcome.js';
import { ProviderClient } from './provider-client.js';
import { callTo, COMPLETION } from './testing/calls.js';
import {
  type Answer,
  head,
  type ScriptedServer,
  startScriptedServer,
  whole,
} from './testing/scripted-server.js';

const MIB = 1024 * 1024;
/** A completion with a long content. */
const LARGE = JSON.stringify({ choices: [{ message: { content: 'x'.repeat(8 * MIB) } }] });

let client: ProviderClient;
let server: ScriptedServer;
let budget: ByteBudget;

async function start(answer: Answer, budgetBytes: number): Promise<void> {
  budget = new ByteBudget(budgetBytes);
  client = new ProviderClient({ answerBudget: budget, maxResponseBytes: 16 * MIB });
  server = await startScriptedServer(answer);
}

afterEach(async () => {
  await client.close();
  await server.close();
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await nextTurn();
  }
}

const shareOf = (outcome: ProviderOutcome) => ('share' in outcome ? outcome.share : null);

describe('large answers', () => {
  const known: Answer = (socket) => socket.write(whole('200 OK', LARGE));
  const chunked: Answer = (socket) => {
    socket.write(head('200 OK', { 'transfer-encoding': 'chunked' }));
    socket.write(`${LARGE.length.toString(16)}\r\n${LARGE}\r\n0\r\n\r\n`);
  };

  it.each([
    ['that tell their length', known],
    ['that do not tell their length', chunked],
  ])(
    '%s are read one after the other as there is memory, and none is lost',
    async (_name, answer) => {
      await start(answer, 10 * MIB);
      let held = 0;
      let mostHeld = 0;
      const calls = Array.from({ length: 5 }, async () => {
        const outcome = await client.call(callTo(server.baseUrl));
        mostHeld = Math.max(mostHeld, (held += 1));
        // As a worker does that commits the answer.
        await nextTurn();
        held -= 1;
        shareOf(outcome)?.release();
        return outcome;
      });
      for (const outcome of await Promise.all(calls)) {
        expect(outcome.kind === 'success' && outcome.body.toString() === LARGE).toBe(true);
      }
      expect(mostHeld).toBe(1);
      expect(server.requests).toHaveLength(5);
      expect(budget.freeBytes).toBe(10 * MIB);
    },
  );

  it('of one owner that trickle on leave memory for those of others', async () => {
    const trickles: Answer = (socket) =>
      socket.write(head('200 OK', { 'content-length': String(LARGE.length) }));
    await start((socket, index) => (index < 4 ? trickles : known)(socket, index), 36 * MIB);
    const abort = new AbortController();
    const held = Array.from({ length: 4 }, () =>
      client.call(callTo(server.baseUrl, { owner: 'trickling', signal: abort.signal })),
    );
    await until(() => budget.waitingCount === 2);
    const outcome = await client.call(callTo(server.baseUrl, { owner: 'other' }));
    expect(outcome.kind).toBe('success');
    shareOf(outcome)?.release();
    expect(budget.waitingCount).toBe(2);
    abort.abort();
    await Promise.all(held);
    expect(budget.freeBytes).toBe(36 * MIB);
  });

  it('that wait leave the provider waiting: it is not read on', async () => {
    await start(known, 10 * MIB);
    const first = await client.call(callTo(server.baseUrl));
    const second = client.call(callTo(server.baseUrl));
    await until(() => budget.waitingCount === 1);
    const socket = server.sockets.at(-1)!;
    expect(socket.writableLength).toBeGreaterThan(0);
    shareOf(first)?.release();
    shareOf(await second)?.release();
    expect(budget.freeBytes).toBe(10 * MIB);
  });

  it.each([
    ['and say so', { 'content-encoding': 'gzip' }],
    ['and do not say so', {}],
  ])('that come packed in few bytes %s wait for what they unfold to', async (_name, coding) => {
    const packed = gzipSync(LARGE);
    expect(packed.length).toBeLessThan(MIB);
    await start((socket) => {
      socket.write(head('200 OK', { ...coding, 'content-length': String(packed.length) }));
      socket.write(packed);
    }, 10 * MIB);
    const first = await client.call(callTo(server.baseUrl));
    expect(budget.freeBytes).toBe(0);
    const second = client.call(callTo(server.baseUrl));
    await until(() => budget.waitingCount === 1);
    shareOf(first)?.release();
    const outcome = await second;
    expect(outcome.kind === 'success' && outcome.body.toString() === LARGE).toBe(true);
    shareOf(outcome)?.release();
    expect(budget.freeBytes).toBe(10 * MIB);
  });

  it('that unfold to more than is taken give everything back', async () => {
    const packed = gzipSync(Buffer.alloc(17 * MIB));
    await start((socket) => {
      socket.write(
        head('200 OK', { 'content-encoding': 'gzip', 'content-length': String(packed.length) }),
      );
      socket.write(packed);
    }, 10 * MIB);
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ reason: 'too_large' });
    expect(budget.freeBytes).toBe(10 * MIB);
  });

  it('that are aborted while they wait to be unfolded give up their place', async () => {
    const packed = gzipSync(LARGE);
    await start((socket) => {
      socket.write(
        head('200 OK', { 'content-encoding': 'gzip', 'content-length': String(packed.length) }),
      );
      socket.write(packed);
    }, 10 * MIB);
    const occupied = await budget.take(10 * MIB);
    const abort = new AbortController();
    const canceled = client.call(callTo(server.baseUrl, { signal: abort.signal }));
    await until(() => budget.waitingCount === 1);
    abort.abort();
    expect(await canceled).toEqual({ kind: 'aborted' });
    expect(budget.waitingCount).toBe(0);
    occupied?.release();
    expect(budget.freeBytes).toBe(10 * MIB);
  });

  it('that wait do not keep small ones waiting', async () => {
    await start(
      (socket, index) =>
        (index < 2 ? known : (one: Socket) => one.write(whole('200 OK', COMPLETION)))(
          socket,
          index,
        ),
      10 * MIB,
    );
    const first = await client.call(callTo(server.baseUrl));
    const second = client.call(callTo(server.baseUrl));
    await until(() => budget.waitingCount === 1);
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({
      kind: 'success',
      share: null,
    });
    shareOf(first)?.release();
    shareOf(await second)?.release();
  });

  it('that are aborted while they wait give their place to others', async () => {
    await start(known, 10 * MIB);
    const first = await client.call(callTo(server.baseUrl));
    const abort = new AbortController();
    const canceled = client.call(callTo(server.baseUrl, { signal: abort.signal }));
    await until(() => budget.waitingCount === 1);
    const third = client.call(callTo(server.baseUrl));
    await until(() => budget.waitingCount === 2);
    abort.abort();
    expect(await canceled).toEqual({ kind: 'aborted' });
    shareOf(first)?.release();
    const outcome = await third;
    expect(outcome.kind).toBe('success');
    shareOf(outcome)?.release();
    expect(budget.freeBytes).toBe(10 * MIB);
  });

  it('that break, or are no completions, give back what they had', async () => {
    await start((socket, index) => {
      if (index === 0) {
        socket.end(
          Buffer.concat([
            head('200 OK', { 'content-length': String(8 * MIB) }),
            Buffer.alloc(2 * MIB),
          ]),
        );
      } else {
        socket.write(whole('200 OK', 'x'.repeat(8 * MIB)));
      }
    }, 10 * MIB);
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ reason: 'truncated' });
    expect(await client.call(callTo(server.baseUrl))).toMatchObject({ reason: 'not_json' });
    expect(budget.freeBytes).toBe(10 * MIB);
  });
});

describe('a large body', () => {
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: ['y'.repeat(3 * MIB)] }));

  it('arrives as it is, with its length, and is let go of while the provider still thinks', async () => {
    await start(() => undefined, MIB);
    let done = 0;
    const large = new OneTimeBody(body, () => (done += 1));
    const call = client.call(callTo(server.baseUrl, { body: large }));
    await server.arrived(0);
    await until(() => done === 1);
    const [request] = server.requests;
    expect(request).toContain(`content-length: ${body.length}\r\n`);
    expect(request?.endsWith(body.toString('latin1'))).toBe(true);
    server.sockets[0]?.write(whole('200 OK', COMPLETION));
    expect((await call).kind).toBe('success');
    expect(done).toBe(1);
  });

  it('that cannot be sent is let go of by whoever gave it', async () => {
    await start((socket) => socket.destroy(), MIB);
    let done = 0;
    const large = new OneTimeBody(body, () => (done += 1));
    expect((await client.call(callTo(server.baseUrl, { body: large }))).kind).toBe('network_error');
    large.drop();
    expect(done).toBe(1);
  });
});
