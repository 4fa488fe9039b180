import { randomUUID } from 'node:crypto';

import { ByteBudget } from '@reqrun/platform/budget';
import { createPrisma } from '@reqrun/platform/database';
import { createLogger } from '@reqrun/platform/logging';
import { createRegistry } from '@reqrun/platform/metrics';
import { createSignalBus, type SignalBus } from '@reqrun/platform/signals';
import { ProjectDirectory } from '@reqrun/projects';
import { ProviderClient } from '@reqrun/providers';
import type { OutageLimits } from '@reqrun/requests';
import type { Process, RequestsFixture } from '@reqrun/requests/testing';

import type { AttemptRunner } from '../attempts/attempt-runner.js';
import type { ClaimLoop } from '../attempts/claim-loop.js';
import { composeWorker } from '../compose-worker.js';
import type { LaneWatch } from '../lanes/lane-watch.js';
import { WorkerMetrics } from '../metrics.js';
import type { LeaseRenewal } from '../recovery/lease-renewal.js';

/** Interval that is short enough for tests. */
const OFTEN_MS = 20;
/** Longer than any test: leases end only when a test ends them. */
const LEASE_MS = 600_000;

/** Differences of a test's worker from an ordinary one. */
export interface TestWorkerOptions {
  /** Renews no lease, as if it were paused. */
  withoutBeats?: boolean;
  /** Interval between two renewals of its leases, in ms; short by default. */
  beatMs?: number;
  /** Does not take back what others have lost. */
  withoutReaper?: boolean;
  /** Polling interval for due requests without a signal, in ms; short by default. */
  pollMs?: number;
  redisUrl?: string;
  /** Largest number of requests that run at once. */
  concurrency?: number;
  /** Definition of an outage for its reaper, and the grace after it; none by default. */
  outage?: OutageLimits;
  /** Directory of its socket for direct dispatch; none by default. */
  links?: string;
  /** Longest time that a frame waits for its commit, in ms; 100 by default. */
  streamAppendMs?: number;
  /** Bytes of frames that may wait for their commit; 64 MiB by default. */
  streamBufferBytes?: number;
  /** Memory budget of large bodies, and that of large answers, in bytes. */
  largeBytes?: number;
}

/** The real parts of a worker, within this process. */
export interface TestWorker {
  workerId: string;
  runner: AttemptRunner;
  loop: ClaimLoop;
  lanes: LaneWatch;
  signals: SignalBus;
  /** Renews its leases. If it was started without heartbeats, a test starts them. */
  leases: LeaseRenewal;
  answerBudget: ByteBudget;
  bodyBudget: ByteBudget;
  /** Lines that it has logged. */
  lines: Record<string, unknown>[];
  /** Returns the sum of a counter over its labels. */
  counted(metric: string): Promise<number>;
  /** Stops as SIGTERM does. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Composes a worker and starts it.
 *
 * @param f the fixture of the database
 * @param process the connections of the worker
 * @param options differences from an ordinary worker
 */
export async function startTestWorker(
  f: RequestsFixture,
  process: Process,
  options: TestWorkerOptions = {},
): Promise<TestWorker> {
  const { pool, keys, recovery, finisher } = process;
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({
    service: 'worker',
    level: 'debug',
    destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const workerId = randomUUID();
  const answerBudget = new ByteBudget(options.largeBytes ?? 256 * 1024 * 1024);
  const bodyBudget = new ByteBudget(options.largeBytes ?? 256 * 1024 * 1024);
  const registry = createRegistry('worker', pool);
  const metrics = new WorkerMetrics(registry);
  const where = {
    redis: options.redisUrl === undefined ? undefined : { url: options.redisUrl },
    connectionString: f.connectionString,
    applicationName: 'test-worker-signals',
  };
  const signals = createSignalBus({ ...where, pool });
  const provider = new ProviderClient({ answerBudget });
  const prisma = createPrisma(pool);
  const worker = composeWorker(
    {
      ...{ workerId, pool, keys, provider, bodyBudget, finisher, recovery },
      ...{ signals, metrics, logger, timers: where },
      telemetry: null,
      projects: new ProjectDirectory(prisma, keys, null),
    },
    {
      concurrency: options.concurrency ?? 64,
      leaseMs: LEASE_MS,
      heartbeatMs: options.beatMs ?? OFTEN_MS,
      renewalLimitMs: LEASE_MS,
      pollMs: options.pollMs ?? OFTEN_MS,
      reapMs: OFTEN_MS,
      abandonedMs: OFTEN_MS,
      outage: options.outage ?? { gapMs: LEASE_MS, graceMs: 0 },
      streamAppendMs: options.streamAppendMs ?? 100,
      streamBufferBytes: options.streamBufferBytes ?? 64 * 1024 * 1024,
      linkDirectory: options.links ?? null,
    },
  );
  const { runner, loop, leases, reaper, abandoned, followers, backoff, direct } = worker;
  await signals.start();
  if (!options.withoutBeats) {
    leases.start();
  }
  if (!options.withoutReaper) {
    reaper.start();
    abandoned.start();
  }
  if (options.redisUrl !== undefined) {
    backoff.start();
  }
  followers.start();
  await worker.bounded.start();
  await worker.lanes.start();
  loop.start();
  await direct?.start();
  return {
    workerId,
    runner,
    loop,
    lanes: worker.lanes,
    signals,
    leases,
    answerBudget,
    bodyBudget,
    lines,
    async counted(metric) {
      const values = (await registry.getSingleMetric(metric)?.get())?.values ?? [];
      return values.reduce((sum, { value }) => sum + value, 0);
    },
    async stop(graceMs) {
      await worker.stop(graceMs);
      await provider.close();
      await signals.stop();
      await prisma.$disconnect();
    },
  };
}
