import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { compare, type Comparison } from './compare.js';
import { newRequest } from './operations.js';
import type { Side } from './side.js';

/** Effect of retention on the latency of acceptance. */
export interface RetentionEffect {
  /** Latency of acceptance: `empty` without the sweep, `full` during it. */
  accept: Comparison;
  /** Numbers of records whose contents were deleted, and of deleted records. */
  contents: number;
  records: number;
  /** Duration of the sweep. */
  seconds: number;
}

/**
 * Accepts one request after another before, during and after a sweep that deletes expired data.
 *
 * @param side a filled side
 * @param quietSeconds time before the sweep, and time after it, in seconds
 */
export async function measureRetention(side: Side, quietSeconds: number): Promise<RetentionEffect> {
  const before = await acceptFor(side, quietSeconds);
  const child = fork(fileURLToPath(new URL('./sweeper.js', import.meta.url)), {
    env: { DATABASE_URL: side.databaseUrl },
  });
  const message = once(child, 'message') as Promise<[Omit<RetentionEffect, 'accept'>]>;
  const during: number[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    during.push(...(await acceptFor(side, 0.1)));
  }
  const after = await acceptFor(side, quietSeconds);
  const [{ contents, records, seconds }] = await message;
  return {
    accept: compare('accept', [...before, ...after], during),
    contents,
    records,
    seconds,
  };
}

async function acceptFor(side: Side, seconds: number): Promise<number[]> {
  const latencies: number[] = [];
  const ends = performance.now() + seconds * 1000;
  for (let at = performance.now(); at < ends; at = performance.now()) {
    await side.acceptor.accept(newRequest(side));
    latencies.push(performance.now() - at);
  }
  return latencies;
}
