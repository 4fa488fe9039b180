import { Pool } from 'undici';

import type { DriverJob, DriverResult } from './driver-job.js';

/*
 * The load driver, a process of its own: a closed loop of so many connections, or an open loop at a
 * fixed rate. In the open loop latency counts from the time at which a call should have begun, so
 * that a server that stalls can't hide it by slowing the driver down (coordinated omission).
 */

process.once('message', (job: DriverJob) => {
  void drive(job).then((result) => process.send?.(result, () => process.exit(0)));
});

async function drive(job: DriverJob): Promise<DriverResult> {
  const { origin, pathname } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections, pipelining: 1 });
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const body = JSON.stringify({
    model: 'bench',
    ...job.fields,
    messages: [{ role: 'user', content: 'x'.repeat(job.promptBytes) }],
  });
  const call = async (from: number): Promise<void> => {
    const response = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { ...job.headers, 'content-type': 'application/json' },
      body,
    });
    await response.body.dump({ limit: 64 * 1024 * 1024 });
    latencies.push(performance.now() - from);
    statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1);
  };
  const began = performance.now();
  await (job.ratePerSecond === undefined
    ? closedLoop(job, began, call)
    : openLoop(job, job.ratePerSecond, began, call));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
  return {
    calls: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    statuses: Object.fromEntries(statuses),
  };
}

async function closedLoop(
  job: DriverJob,
  began: number,
  call: (from: number) => Promise<void>,
): Promise<void> {
  let left = job.calls ?? Infinity;
  const ends = began + job.seconds * 1000;
  await Promise.all(
    Array.from({ length: job.connections }, async () => {
      while (left > 0 && performance.now() < ends) {
        left -= 1;
        await call(performance.now());
      }
    }),
  );
}

async function openLoop(
  job: DriverJob,
  ratePerSecond: number,
  began: number,
  call: (from: number) => Promise<void>,
): Promise<void> {
  const calls: Promise<void>[] = [];
  const total = Math.floor(ratePerSecond * job.seconds);
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - began) / 1000) * ratePerSecond);
      while (calls.length < due) {
        calls.push(call(began + (calls.length / ratePerSecond) * 1000));
      }
      if (calls.length >= total) {
        clearInterval(timer);
        resolve();
      }
    }, 1);
  });
  await Promise.all(calls);
}
