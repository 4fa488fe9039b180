import { Pool } from 'undici';

import { COUNTING, type DriverJob, type DriverResult } from './driver-job.js';
import { quantilesOf } from './statistics.js';

/*
 * The load driver, a process of its own: a closed loop with a fixed number of connections, or an open loop
 * at a fixed rate. In the open loop, latency counts from the time at which a call was due, so that a server
 * that stalls can't hide it by slowing the driver down (coordinated omission).
 */

process.once('message', (job: DriverJob) => {
  void drive(job, () => process.send?.(COUNTING)).then((result) =>
    process.send?.(result, () => process.exit(0)),
  );
});

async function drive(job: DriverJob, counting: () => void): Promise<DriverResult> {
  const { origin, pathname } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections, pipelining: 1 });
  const served: number[] = [];
  const refused: number[] = [];
  let withRetryAfter = 0;
  const statuses = new Map<number, number>();
  const fields = {
    model: 'bench',
    ...job.fields,
    messages: [{ role: 'user', content: 'x'.repeat(job.promptBytes) }],
  };
  const same = JSON.stringify(fields);
  const run = process.hrtime.bigint();
  let sent = 0;
  const bodyOf = (): string =>
    job.unique === true ? JSON.stringify({ ...fields, user: `${run}-${(sent += 1)}` }) : same;
  const send = async (from: number): Promise<number> => {
    const response = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { ...job.headers, 'content-type': 'application/json' },
      body: bodyOf(),
    });
    await response.body.dump({ limit: 64 * 1024 * 1024 });
    const { statusCode } = response;
    if (statusCode >= 200 && statusCode < 300) {
      served.push(performance.now() - from);
    } else if (statusCode === 429 || statusCode === 503) {
      refused.push(performance.now() - from);
      withRetryAfter += response.headers['retry-after'] === undefined ? 0 : 1;
    }
    return statusCode;
  };
  const call = async (from: number): Promise<void> => {
    const status = await send(from).catch(() => 0);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const began = performance.now();
  const { rampSeconds = 0 } = job;
  let counted = began;
  // Without a ramp all calls count: overload needs every call.
  const ramp =
    rampSeconds > 0 &&
    setTimeout(() => {
      [served, refused].forEach((latencies) => latencies.splice(0));
      statuses.clear();
      withRetryAfter = 0;
      counted = performance.now();
      counting();
    }, rampSeconds * 1000);
  const whole = { ...job, seconds: rampSeconds + job.seconds };
  await (job.ratePerSecond === undefined
    ? closedLoop(whole, began, call)
    : openLoop(whole, job.ratePerSecond, began, call));
  if (ramp) {
    clearTimeout(ramp);
  }
  const seconds = (performance.now() - counted) / 1000;
  await pool.close();
  const calls = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  const { p50, p99 } = quantilesOf(refused);
  return {
    calls,
    seconds,
    perSecond: calls / seconds,
    ...quantilesOf(served),
    statuses: Object.fromEntries(statuses),
    refused: { calls: refused.length, withRetryAfter, p50, p99 },
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
