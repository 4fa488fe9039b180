import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { eventually } from './harness/eventually.js';
import { describeTransports, useCluster } from './harness/transports.js';

const GRACE_MS = 1000;

describeTransports('a process that dies', ({ redis }) => {
  const cluster = useCluster({
    redis,
    apis: 2,
    workers: 2,
    env: { REQRUN_SHUTDOWN_GRACE_MS: String(GRACE_MS) },
  });

  /** Submits a request and returns when the provider has its call. */
  const running = async (model: string, more: object = {}): Promise<string> => {
    const id = await cluster().client.submit(model, more);
    await cluster().simulator.untilCalled(id);
    return id;
  };

  it('kill -9 of a worker in mid-call: another finishes it, with the lost call’s key', async () => {
    const id = await running('sim/hang,ok', { retry: { count: 0 } });
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'completed',
      attempts: 2,
      last_error_code: 'worker_lost',
    });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { number: 1, outcome: 'lost', error_code: 'worker_lost', decision: { action: 'retry' } },
      { number: 2, outcome: 'succeeded' },
    ]);
    const calls = await cluster().simulator.calls(id);
    expect(calls.map((call) => call.idempotency_key)).toEqual([`${id}-1`, `${id}-1`]);
    expect(await cluster().ownerOf(id)).not.toBe(owner);
    await owner.start();
  });

  it('kill -9 of a worker in mid-call with on_lost fail: outcome_unknown, and never a second call', async () => {
    const key = { 'idempotency-key': 'lost' };
    const policy = { on_lost: 'fail' };
    const waiting = cluster().client.wait('sim/hang,ok', policy, key);
    const joined = await cluster().client.chat(chatBody('sim/hang,ok', policy), key);
    const { id } = jsonOf<{ id: string }>(joined);
    await cluster().simulator.untilCalled(id);
    const owner = await cluster().ownerOf(id);
    await owner.crash();
    const answer = await waiting;
    expect(answer.status).toBe(502);
    expect(errorOf(answer).code).toBe('outcome_unknown');
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
    await owner.start();
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'lost', decision: { action: 'fail', reason: 'outcome_unknown' } },
    ]);
  });

  it('kill -9 of all workers: what is in flight and what waits is finished by those that come after', async () => {
    const ids = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        cluster().client.submit(n % 2 === 0 ? 'sim/slow:500' : 'sim/500:retry-after-ms=200,ok'),
      ),
    );
    await Promise.all(cluster().workers.map((worker) => worker.crash()));
    const late = await cluster().client.submit('sim/ok');
    await Promise.all(cluster().workers.map((worker) => worker.start()));
    for (const id of [...ids, late]) {
      expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
    }
  });

  it('kill -9 of an API while a client waits: the request completes, the same key gets it elsewhere', async () => {
    const [dying, other] = cluster().apis;
    const key = { 'idempotency-key': 'api-killed' };
    const { test } = cluster().project.keys;
    const waiting = cluster().clientFor(test, dying).wait('sim/slow:700', {}, key);
    const broken = expect(waiting).rejects.toThrow();
    const elsewhere = cluster().clientFor(test, other);
    const record = await eventually(
      async () =>
        jsonOf<{ data: { id: string }[] }>(
          await elsewhere.get('/v1/requests?idempotency_key=api-killed'),
        ).data[0],
      (found) => found !== undefined,
    );
    await cluster().simulator.untilCalled(record!.id);
    await dying!.crash();
    await broken;
    const answer = await elsewhere.wait('sim/slow:700', {}, key);
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'x-request-id': record!.id,
      'x-reqrun-attempts': '1',
    });
    expect(await cluster().simulator.calls(record!.id)).toHaveLength(1);
    await dying!.start();
  });

  it('a worker that is paused past its lease and comes back: its late answer is thrown away', async () => {
    const id = await running('sim/slow:700,ok');
    const owner = await cluster().ownerOf(id);
    owner.pause();
    const completed = await cluster().client.untilEnded(id);
    expect(completed).toMatchObject({ status: 'completed', attempts: 2 });
    const before = await cluster().client.get(`/v1/requests/${id}`);
    owner.resume();
    // When nothing is in flight any more, it has handled the answer in its socket.
    await eventually(
      () => owner.counts(),
      (metrics) => metrics.sum('reqrun_in_flight') === 0,
    );
    const after = await cluster().client.get(`/v1/requests/${id}`);
    expect(after.body.equals(before.body)).toBe(true);
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'lost' },
      { outcome: 'succeeded' },
    ]);
    expect(await cluster().ownerOf(id)).not.toBe(owner);
  });

  it('SIGTERM of a worker in mid-call: the call finishes within the grace, exit code 0', async () => {
    const id = await running('sim/slow:500');
    const owner = await cluster().ownerOf(id);
    expect(await owner.stop()).toEqual({ code: 0, signal: null });
    expect(await cluster().client.record(id)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(await cluster().simulator.calls(id)).toMatchObject([{ aborted: false }]);
    await owner.start();
  });

  it('SIGTERM of a worker whose call outlives the grace: put back uncounted, exit code 0', async () => {
    const id = await running('sim/hang,ok', { retry: { count: 0 } });
    const owner = await cluster().ownerOf(id);
    expect(await owner.stop()).toEqual({ code: 0, signal: null });
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'completed',
      attempts: 2,
    });
    expect(await cluster().client.attempts(id)).toMatchObject([
      { outcome: 'released', decision: { action: 'retry', reason: 'released' } },
      { outcome: 'succeeded' },
    ]);
    const calls = await cluster().simulator.calls(id);
    expect(calls.map((call) => call.idempotency_key)).toEqual([`${id}-1`, `${id}-1`]);
    await owner.start();
  });

  it('SIGTERM of an API with waiters: an answer or the handle, never a broken connection', async () => {
    const [api] = cluster().apis;
    const client = cluster().clientFor(cluster().project.keys.test, api);
    const callsBefore = (await cluster().simulator.calls()).length;
    const sent = Array.from({ length: 10 }, (_, n) =>
      client.wait(n % 2 === 0 ? 'sim/slow:500' : 'sim/slow:2500', { metadata: { batch: 'drain' } }),
    );
    const elsewhere = cluster().clientFor(cluster().project.keys.test, cluster().apis[1]);
    // The fast ones may have ended by then. They are answered in any case.
    await eventually(
      async () => (await cluster().simulator.calls()).length,
      (calls) => calls >= callsBefore + 10,
    );
    const exit = api!.stop();
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual(
      sent.map((_, n) => (n % 2 === 0 ? 200 : 202)),
    );
    expect(await exit).toEqual({ code: 0, signal: null });
    for (const answer of answers.filter(({ status }) => status === 202)) {
      const { id } = jsonOf<{ id: string }>(answer);
      expect(await elsewhere.untilEnded(id)).toMatchObject({ status: 'completed' });
    }
    await api!.start();
  });

  it('the provider that dies in mid-call: a broken connection, retried when it is back', async () => {
    const id = await running('sim/slow:5000,ok');
    await cluster().simulator.crash();
    await cluster().client.until(id, 'retrying');
    await cluster().simulator.start();
    const record = await cluster().client.untilEnded(id);
    expect(record.status).toBe('completed');
    expect((await cluster().client.attempts(id))[0]).toMatchObject({ error_code: 'network_error' });
  });
});
