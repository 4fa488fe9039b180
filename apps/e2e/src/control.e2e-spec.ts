import { randomUUID } from 'node:crypto';

import { chatBody, errorOf, jsonOf } from './harness/client.js';
import { text } from './harness/matching.js';
import { describeTransports, useCluster } from './harness/transports.js';

describeTransports('cancel', ({ redis }) => {
  // One slot per worker, so that two calls in flight are on two workers.
  const cluster = useCluster({ redis, workers: 2, env: { REQRUN_WORKER_CONCURRENCY: '1' } });

  it('ends a request that waits for its next attempt at once, and no call follows', async () => {
    const id = await cluster().client.submit('sim/429:retry-after-ms=1500,ok');
    await cluster().client.until(id, 'retrying');
    const answer = await cluster().client.cancel(id);
    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toMatchObject({
      id,
      status: 'canceled',
      attempts: 1,
      next_attempt_at: null,
      completed_at: text(/./),
      error: { code: 'canceled' },
      result: null,
    });
    // When this request has run, the time of the canceled one's next attempt has passed.
    await cluster().client.wait('sim/500:retry-after-ms=1600,ok');
    expect(await cluster().simulator.calls(id)).toHaveLength(1);
  });

  it('aborts the provider call whichever of two workers has it, and tells who waits', async () => {
    const keys = ['a', 'b'].map((name) => ({ 'idempotency-key': `cancel-${name}` }));
    const waiting = keys.map((key) => cluster().client.wait('sim/hang', {}, key));
    const ids = await Promise.all(
      keys.map(async (key) => {
        const joined = await cluster().client.chat(chatBody('sim/hang'), key);
        return jsonOf<{ id: string }>(joined).id;
      }),
    );
    await Promise.all(ids.map((id) => cluster().simulator.untilCalled(id)));
    const owners = await Promise.all(ids.map((id) => cluster().ownerOf(id)));
    expect(new Set(owners).size).toBe(2);

    for (const id of ids) {
      expect((await cluster().client.cancel(id)).status).toBe(200);
      expect(await cluster().simulator.untilQuiet(id)).toMatchObject([{ aborted: true }]);
      expect(await cluster().client.attempts(id)).toMatchObject([
        { outcome: 'canceled', decision: { action: 'cancel' } },
      ]);
    }
    for (const answer of await Promise.all(waiting)) {
      expect(answer.status).toBe(409);
      expect(errorOf(answer).code).toBe('canceled');
      expect(answer.headers['x-should-retry']).toBe('false');
    }
  });

  it('is idempotent, and changes nothing on a request that has ended', async () => {
    const canceled = await cluster().client.submit('sim/hang');
    const first = jsonOf(await cluster().client.cancel(canceled));
    const again = await cluster().client.cancel(canceled);
    expect(again.status).toBe(200);
    expect(jsonOf(again)).toEqual(first);

    const completed = String((await cluster().client.wait('sim/ok')).headers['x-request-id']);
    const before = await cluster().client.record(completed);
    const answer = await cluster().client.cancel(completed);
    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toEqual(before);
  });

  it('of a request that does not exist is 404', async () => {
    const answer = await cluster().client.cancel(`rr_${'0'.repeat(32)}`);
    expect(answer.status).toBe(404);
    expect(errorOf(answer).code).toBe('request_not_found');
  });
});

describeTransports('an explicit retry', ({ redis }) => {
  const cluster = useCluster({ redis });

  it('opens a new round of a failed request on the same id, and it completes', async () => {
    const failed = await cluster().client.wait('sim/400,ok');
    const id = String(failed.headers['x-request-id']);
    const before = await cluster().client.record(id);
    expect(before).toMatchObject({ status: 'failed', attempts: 1 });

    const answer = await cluster().client.retry(id);
    expect(answer.status).toBe(200);
    expect(jsonOf(answer)).toMatchObject({ id, error: null, result: null, completed_at: null });
    const after = await cluster().client.untilEnded(id);
    expect(after).toMatchObject({
      status: 'completed',
      attempts: 2,
      result: { object: 'chat.completion' },
    });
    expect(Date.parse(after.deadline_at)).toBeGreaterThan(Date.parse(before.deadline_at));
    const attempts = await cluster().client.attempts(id);
    expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'succeeded'],
    ]);
  });

  it('gives the new round its full count of retries', async () => {
    const failed = await cluster().client.wait(
      'sim/500:retry-after-ms=1,500:retry-after-ms=1,500:retry-after-ms=1,ok',
      { retry: { count: 1 } },
    );
    const id = String(failed.headers['x-request-id']);
    expect(failed.headers['x-reqrun-attempts']).toBe('2');
    await cluster().client.retry(id);
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'completed',
      attempts: 4,
    });
  });

  it('runs a canceled request', async () => {
    const id = await cluster().client.submit('sim/429:retry-after=20,ok');
    await cluster().client.until(id, 'retrying');
    await cluster().client.cancel(id);
    expect((await cluster().client.retry(id)).status).toBe(200);
    expect(await cluster().client.untilEnded(id)).toMatchObject({ status: 'completed' });
  });

  it('of a request that runs or has completed is 409 and changes nothing', async () => {
    const running = await cluster().client.submit('sim/slow:500');
    const completed = String((await cluster().client.wait('sim/ok')).headers['x-request-id']);
    for (const id of [running, completed]) {
      const answer = await cluster().client.retry(id);
      expect(answer.status).toBe(409);
      expect(errorOf(answer).code).toBe('not_retryable');
    }
    expect(await cluster().client.untilEnded(running)).toMatchObject({ attempts: 1 });
  });

  it('of a request whose content was deleted by retention is 410, and so is its replay', async () => {
    const key = { 'idempotency-key': 'expired' };
    const failed = await cluster().client.wait('sim/400', {}, key);
    const id = String(failed.headers['x-request-id']);
    await cluster().pool.query(
      `WITH gone AS (DELETE FROM payloads WHERE request_id = $1::uuid),
            too AS (DELETE FROM results WHERE request_id = $1::uuid)
       UPDATE requests SET content_deleted_at = now() WHERE id = $1::uuid`,
      [id.slice(3)],
    );
    for (const answer of [
      await cluster().client.retry(id),
      await cluster().client.chat(chatBody('sim/400'), key),
    ]) {
      expect(answer.status).toBe(410);
      expect(errorOf(answer).code).toBe('result_expired');
    }
  });
});

describeTransports('a deadline', ({ redis }) => {
  const cluster = useCluster({ redis });

  it('aborts the provider call and ends the request', async () => {
    const id = await cluster().client.submit('sim/hang', { timeout: { deadline: 500 } });
    expect(await cluster().client.untilEnded(id)).toMatchObject({
      status: 'failed',
      error: { code: 'deadline_exceeded' },
    });
    expect(await cluster().simulator.untilQuiet(id)).toMatchObject([{ aborted: true }]);
  });

  it('ends a request without any worker alive: for who waits, and for who looks', async () => {
    await cluster().worker.crash();
    const waited = await cluster().client.wait('sim/ok', { timeout: { deadline: 300 } });
    expect(waited.status).toBe(504);
    expect(errorOf(waited).code).toBe('deadline_exceeded');

    const id = await cluster().client.submit('sim/ok', { timeout: { deadline: 200 } });
    const record = await cluster().client.untilEnded(id);
    expect(record).toMatchObject({
      status: 'failed',
      attempts: 0,
      error: { code: 'deadline_exceeded' },
    });
    await cluster().worker.start();
    await cluster().client.wait('sim/ok');
    expect(await cluster().simulator.calls(id)).toEqual([]);
  });

  it('that nobody has noticed counts as passed: the same key gets the failure, a retry a new round', async () => {
    const { client, worker, pool } = cluster();
    await worker.crash();
    const keys = [randomUUID(), randomUUID()];
    const ids = await Promise.all(
      keys.map((key) => client.submit('sim/ok', { idempotency_key: key })),
    );
    const open = await client.submit('sim/ok');
    await pool.query(
      `UPDATE requests SET deadline_at = now() - interval '1 s' WHERE id = ANY($1::uuid[])`,
      [[...ids, open].map((id) => id.slice(3))],
    );
    for (const [index, wait] of [true, false].entries()) {
      const again = await client.chat(chatBody('sim/ok', { wait, idempotency_key: keys[index] }));
      expect(again.status).toBe(504);
      expect(errorOf(again).code).toBe('deadline_exceeded');
      expect(again.headers).toMatchObject({
        'x-request-id': ids[index],
        'idempotent-replayed': 'true',
      });
    }
    const retried = await client.retry(open);
    expect(retried.status).toBe(200);
    expect(jsonOf(retried)).toMatchObject({ id: open, status: 'queued', error: null });
    await worker.start();
  });
});
