import { randomBytes, randomUUID } from 'node:crypto';

import { type Answer, chatBody } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { findLeaks, type Named } from './harness/leaks.js';
import type { Service } from './harness/services.js';
import { type Tap, tapNotifications } from './harness/taps.js';
import { useCluster } from './harness/transports.js';

/** Text in a prompt, and so in every answer and error that echoes it. */
const PROMPT = `canary_${randomBytes(16).toString('hex')}`;

const idOf = (answer: Answer): string => String(answer.headers['x-request-id']);
const attemptsOf = (answer: Answer): string => String(answer.headers['x-reqrun-attempts']);

describe('waited requests that are given to workers directly', () => {
  const cluster = useCluster({
    redis: false,
    apis: 2,
    workers: 2,
    env: { REQRUN_SHUTDOWN_GRACE_MS: '3000', REQRUN_LOG_LEVEL: 'trace' },
  });
  const clientOf = (api: Service) => cluster().clientFor(cluster().project.keys.test, api);

  /** Returns the worker that started a request directly; undefined if it was claimed from the table. */
  async function starterOf(id: string): Promise<Service | undefined> {
    // Accepted and claimed at the same microsecond: by one statement.
    const { rows } = await cluster().pool.query<{ worker_id: string }>(
      `SELECT a.worker_id FROM requests r JOIN attempts a ON a.request_id = r.id
       WHERE r.id = $1::uuid AND a.number = 1 AND a.started_at = r.created_at`,
      [id.slice(3)],
    );
    return cluster().workers.find((worker) =>
      worker.logs().some((line) => line['worker_id'] === rows[0]?.worker_id),
    );
  }

  /** Resolves when an API dispatches requests to a worker. */
  async function linked(api: Service, worker: Service): Promise<void> {
    await eventually(
      async () => starterOf(idOf(await clientOf(api).wait('sim/ok'))),
      (starter) => starter === worker,
    ).then(() => undefined);
  }

  /** Stops the second worker. All APIs are linked to the first. */
  async function onlyOneWorker(): Promise<Service> {
    const [first, second] = cluster().workers;
    await second!.stop();
    await Promise.all(cluster().apis.map((api) => linked(api, first!)));
    return first!;
  }

  /** Returns ids of requests with a metadata entry, as soon as the provider got the number of calls. */
  async function calledOf(batch: string, count: number): Promise<string[]> {
    const { rows } = await eventually(
      () =>
        cluster().pool.query<{ id: string }>(
          `SELECT 'rr_' || replace(id::text, '-', '') AS id FROM requests
           WHERE metadata ->> 'batch' = $1`,
          [batch],
        ),
      (found) => found.rows.length === count,
    );
    const ids = rows.map(({ id }) => id);
    await Promise.all(ids.map((id) => cluster().simulator.untilCalled(id)));
    return ids;
  }

  beforeEach(async () => {
    await Promise.all(
      [...cluster().apis, ...cluster().workers]
        .filter(({ pid }) => pid === undefined)
        .map((service) => service.start()),
    );
  });

  it('are started by the commit that accepts them, without a notification or a claim', async () => {
    const worker = await onlyOneWorker();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => cluster().client.wait('sim/slow:50')),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    for (const answer of answers) {
      expect(await starterOf(idOf(answer))).toBe(worker);
      expect(attemptsOf(answer)).toBe('1');
    }
  });

  it('kill -9 of their worker in mid-call: another calls each again under the same key, and every client gets its answer', async () => {
    const worker = await onlyOneWorker();
    const batch = randomUUID();
    const waiting = Array.from({ length: 10 }, () =>
      cluster().client.wait('sim/hang,ok', { metadata: { batch } }),
    );
    const ids = await calledOf(batch, waiting.length);
    for (const id of ids) {
      expect(await starterOf(id)).toBe(worker);
    }
    const [, second] = cluster().workers;
    await Promise.all([second!.start(), worker.crash()]);
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(attemptsOf)).toEqual(answers.map(() => '2'));
    expect(answers.map(idOf).sort()).toEqual(ids.sort());
    for (const id of ids) {
      const calls = await cluster().simulator.calls(id);
      expect(calls.map((call) => call.idempotency_key)).toEqual([`${id}-1`, `${id}-1`]);
      expect(await cluster().client.record(id)).toMatchObject({ status: 'completed' });
    }
  });

  it('a worker that is paused: new calls are accepted all the same and answered by another, once, and it runs none of them when it comes back', async () => {
    const worker = await onlyOneWorker();
    const [, second] = cluster().workers;
    await second!.start();
    worker.pause();
    const answers = await Promise.all(
      cluster().apis.flatMap((api) =>
        Array.from({ length: 8 }, () => clientOf(api).wait('sim/ok')),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(attemptsOf)).toEqual(answers.map(() => '1'));
    worker.resume();
    // It gets new requests only after it has handled the data in its sockets.
    await Promise.all(cluster().apis.map((api) => linked(api, worker)));
    for (const answer of answers) {
      expect(await cluster().simulator.calls(idOf(answer))).toHaveLength(1);
      expect(await cluster().ownerOf(idOf(answer))).toBe(second);
    }
  });

  it('kill -9 of their API: they run on, and the same key gives the result at another', async () => {
    const worker = await onlyOneWorker();
    const [dying, other] = cluster().apis;
    const batch = randomUUID();
    const keys = Array.from({ length: 4 }, () => ({ 'idempotency-key': randomUUID() }));
    const more = { metadata: { batch } };
    const broken = keys.map((key) =>
      expect(clientOf(dying!).wait('sim/slow:2000', more, key)).rejects.toThrow(),
    );
    const ids = await calledOf(batch, keys.length);
    await dying!.crash();
    await Promise.all(broken);
    const answers = await Promise.all(
      keys.map((key) => clientOf(other!).wait('sim/slow:2000', more, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(attemptsOf)).toEqual(answers.map(() => '1'));
    expect(answers.map(idOf).sort()).toEqual(ids.sort());
    for (const id of ids) {
      expect(await starterOf(id)).toBe(worker);
      expect(await cluster().simulator.calls(id)).toHaveLength(1);
    }
  });

  it('one key at two APIs at the same time: one provider call, and both get the same bytes', async () => {
    await Promise.all(cluster().apis.map((api) => linked(api, cluster().worker)));
    const pairs = await Promise.all(
      Array.from({ length: 10 }, () => ({ 'idempotency-key': randomUUID() })).map((key) =>
        Promise.all(cluster().apis.map((api) => clientOf(api).wait('sim/slow:200', {}, key))),
      ),
    );
    for (const [one, other] of pairs) {
      expect([one!.status, other!.status]).toEqual([200, 200]);
      expect(idOf(one!)).toBe(idOf(other!));
      expect(one!.body.equals(other!.body)).toBe(true);
      expect(await starterOf(idOf(one!))).toBeDefined();
      expect(await cluster().simulator.calls(idOf(one!))).toHaveLength(1);
    }
  });

  it('SIGTERM of a worker under load: every call is answered, by its one attempt or by the one that follows a release', async () => {
    const [first] = cluster().workers;
    await Promise.all(cluster().apis.map((api) => linked(api, first!)));
    const answers: Answer[] = [];
    let stopped = false;
    const load = Array.from({ length: 12 }, async (_, n) => {
      const client = clientOf(cluster().apis[n % 2]!);
      while (!stopped) {
        answers.push(await client.wait('sim/slow:100'));
      }
    });
    await eventually(
      () => Promise.resolve(answers.length),
      (count) => count > 24,
    );
    const exit = await first!.stop();
    stopped = true;
    await Promise.all(load);
    expect(exit).toEqual({ code: 0, signal: null });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const answer of answers.filter((one) => attemptsOf(one) !== '1')) {
      expect(await cluster().client.attempts(idOf(answer))).toMatchObject([
        { outcome: 'released' },
        { outcome: 'succeeded' },
      ]);
    }
  });

  describe('a secret', () => {
    let tap: Tap;

    beforeAll(async () => {
      tap = await tapNotifications(cluster().database.connectionString);
    });
    afterAll(() => tap.close());

    it('in a prompt or an answer stands in no log, no metric and no signal', async () => {
      const worker = await onlyOneWorker();
      const body = (step: string, more: object = {}) =>
        chatBody(`sim/${step}`, {
          ...more,
          messages: [{ role: 'user', content: `Do not tell: ${PROMPT}` }],
          user: PROMPT,
          wait: true,
          retry: { count: 0 },
        });
      const steps = ['echo', 'echo-error', '400:echo', '429:echo', '500:echo', 'cut', 'notjson'];
      const answers = await Promise.all(
        steps.flatMap((step) => [
          cluster().client.chat(body(step)),
          cluster().client.chat(body(step), { 'idempotency-key': randomUUID() }),
        ]),
      );
      expect(answers[0]!.body.toString('utf8')).toContain(PROMPT);
      for (const answer of answers) {
        expect(await starterOf(idOf(answer))).toBe(worker);
      }
      // A request whose worker dies during the call.
      const batch = randomUUID();
      const lost = cluster().client.chat(body('hang,echo', { metadata: { batch } }));
      await calledOf(batch, 1);
      await Promise.all([cluster().workers[1]!.start(), worker.crash()]);
      expect((await lost).status).toBe(200);

      const { apis, workers } = cluster();
      const running = [...apis, ...workers].filter(({ pid }) => pid !== undefined);
      const sources: Named = {
        logs: cluster().output,
        signals: tap.heard(),
        metrics: (await Promise.all(running.map((one) => one.metrics()))).join('\n'),
      };
      expect(sources['logs']).toContain(idOf(answers[0]!));
      expect(sources['logs']).toContain('"level":"debug"');
      expect(sources['metrics']).toContain('reqrun_attempts_total');
      expect(findLeaks({ PROMPT }, sources)).toEqual([]);
      expect(findLeaks({ PROMPT }, { planted: `x ${PROMPT}` })).toHaveLength(1);
    });
  });
});
