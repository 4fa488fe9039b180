import { chatBody } from './harness/client.js';
import { describeTransports, useCluster } from './harness/transports.js';

describeTransports('the metrics', ({ redis }) => {
  const cluster = useCluster({ redis, apis: 2, workers: 2 });

  it('agree after a mixed load: accepted = completed + failed + canceled + open', async () => {
    const client = cluster().client;
    const other = cluster().clientFor(cluster().project.keys.live, cluster().apis[1]);
    const once = { wait: true, retry: { count: 0 } };
    const ended = await Promise.all([
      ...Array.from({ length: 10 }, () => client.wait('sim/500:retry-after-ms=10,ok')),
      ...Array.from({ length: 5 }, () => other.wait('sim/ok')),
      ...['400', '401', 'reset', '500'].map((step) => client.chat(chatBody(`sim/${step}`, once))),
      client.wait('sim/hang', { timeout: { deadline: 300 } }),
      client.wait('sim/503', { retry: { count: 0 }, fallbacks: [{ model: 'sim/ok' }] }),
    ]);
    expect(ended).toHaveLength(21);
    for (let n = 0; n < 3; n += 1) {
      const key = { 'idempotency-key': 'joined' };
      await client.chat(chatBody('sim/ok', { wait: true }), key);
    }
    const canceled = await client.submit('sim/hang');
    await cluster().simulator.untilCalled(canceled);
    await client.cancel(canceled);
    await client.submit('sim/429:retry-after=60,ok').then((id) => client.until(id, 'retrying'));
    const running = await client.submit('sim/hang');
    await cluster().simulator.untilCalled(running);
    expect((await client.chat('{')).status).toBe(400);

    const expected = {
      queued: 0,
      processing: 1,
      retrying: 1,
      completed: 17,
      failed: 5,
      canceled: 1,
    };
    const accepted = Object.values(expected).reduce((sum, count) => sum + count, 0);
    // Each process reports the numbers of the database.
    for (const process of [...cluster().apis, ...cluster().workers]) {
      const metrics = await process.counts();
      for (const [status, count] of Object.entries(expected)) {
        expect([status, metrics.sum('reqrun_records', `status="${status}"`)]).toEqual([
          status,
          count,
        ]);
      }
      expect(metrics.sum('reqrun_records_accepted')).toBe(accepted);
    }
    // The sum of the numbers that each process counted.
    const all = await Promise.all(
      [...cluster().apis, ...cluster().workers].map((one) => one.counts()),
    );
    const total = (name: string, label = ''): number =>
      all.reduce((sum, metrics) => sum + metrics.sum(name, label), 0);
    expect(total('reqrun_requests_accepted_total')).toBe(accepted);
    expect(total('reqrun_requests_joined_total')).toBe(2);
    expect(total('reqrun_requests_finished_total', 'outcome="completed"')).toBe(17);
    expect(total('reqrun_requests_finished_total', 'outcome="failed"')).toBe(5);
    expect(total('reqrun_requests_finished_total', 'outcome="canceled"')).toBe(1);
    expect(total('reqrun_requests_finished_total', 'code="provider_auth_failed"')).toBe(1);
    expect(total('reqrun_attempts_total', 'outcome="succeeded"')).toBe(17);
    expect(total('reqrun_retries_total')).toBe(12);
    expect(total('reqrun_fallbacks_total', 'reason="http_503"')).toBe(1);
    // One of them is of a minute.
    expect(total('reqrun_retry_delay_seconds_total')).toBeGreaterThan(60);
    expect(total('reqrun_in_flight')).toBe(1);
    expect(total('reqrun_calls_refused_total', 'code="invalid_json"')).toBe(1);
    expect(total('reqrun_claim_lag_seconds_count')).toBeGreaterThanOrEqual(accepted);
    expect(total('reqrun_oldest_due_seconds')).toBe(0);
  });
});
