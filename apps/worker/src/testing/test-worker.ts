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
import { WorkerMetrics } from '../metrics.js';
import type { LeaseRenewal } from '../recovery/lease-renewal.js';

/** Short enough that nobody waits for it. */
const OFTEN_MS = 20;
/** Leases end when a test says so. */
const LEASE_MS = 600_000;

/** How a test's worker differs from an ordinary one. */
export interface TestWorkerOptions {
  /** Renews no lease, as if it were paused. */
  withoutBeats?: boolean;
  /** Time between two renewals of its leases; short by default. */
  beatMs?: number;
  /** Takes nothing back that others lost. */
  withoutReaper?: boolean;
  /** Time between two looks for what is due without a signal; short by default. */
  pollMs?: number;
  redisUrl?: string;
  /** Requests at once. */
  concurrency?: number;
  /** Definition of an outage for its reaper, and the grace after it; none by default. */
  outage?: OutageLimits;
  /** Where it listens for requests that are given to it directly; nowhere by default. */
  links?: string;
  /** Bytes of large bodies, and as many of large answers, that are held at once. */
  largeBytes?: number;
}

/** A worker's real parts, within this process. */
export interface TestWorker {
  workerId: string;
  runner: AttemptRunner;
  loop: ClaimLoop;
  signals: SignalBus;
  /** Renews its leases; of one that was started without beats they begin when a test says so. */
  leases: LeaseRenewal;
  answerBudget: ByteBudget;
  bodyBudget: ByteBudget;
  /** The lines that it logged. */
  lines: Record<string, unknown>[];
  /** The sum of a counter over its labels. */
  counted(metric: string): Promise<number>;
  /** Stops as SIGTERM does. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Puts a worker together and starts it.
 *
 * @param f whose database it works on
 * @param process its connections
 * @param options how it differs
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
    redisUrl: options.redisUrl,
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
      projects: new ProjectDirectory(prisma, keys, null),
    },
    {
      concurrency: options.concurrency ?? 64,
      leaseMs: LEASE_MS,
      heartbeatMs: options.beatMs ?? OFTEN_MS,
      renewalLimitMs: LEASE_MS,
      pollMs: options.pollMs ?? OFTEN_MS,
      reapMs: OFTEN_MS,
      outage: options.outage ?? { gapMs: LEASE_MS, graceMs: 0 },
      linkDirectory: options.links ?? null,
    },
  );
  const { runner, loop, leases, reaper, backoff, direct } = worker;
  await signals.start();
  if (!options.withoutBeats) {
    leases.start();
  }
  if (!options.withoutReaper) {
    reaper.start();
  }
  if (options.redisUrl !== undefined) {
    backoff.start();
  }
  loop.start();
  await direct?.start();
  return {
    workerId,
    runner,
    loop,
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
