import { randomUUID } from 'node:crypto';

import { ByteBudget } from '@reqrun/platform/budget';
import { BackoffTimer } from '@reqrun/platform/background';
import { createPrisma } from '@reqrun/platform/database';
import { createLogger } from '@reqrun/platform/logging';
import { createRegistry } from '@reqrun/platform/metrics';
import { createSignalBus, type SignalBus } from '@reqrun/platform/signals';
import { ProjectDirectory } from '@reqrun/projects';
import { ProviderClient } from '@reqrun/providers';
import { DirectStarts, type OutageLimits } from '@reqrun/requests';
import type { Process, RequestsFixture } from '@reqrun/requests/testing';

import { AttemptAnnouncer } from '../attempts/attempt-announcer.js';
import { AttemptRunner } from '../attempts/attempt-runner.js';
import { CallContents } from '../attempts/call-contents.js';
import { ClaimLoop } from '../attempts/claim-loop.js';
import { WorkerMetrics } from '../metrics.js';
import { LeaseKeeper } from '../recovery/lease-keeper.js';
import { Reaper } from '../recovery/reaper.js';

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
  leases: LeaseKeeper;
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
  const backoff = new BackoffTimer({ ...where, onError: () => metrics.timerErrors.inc() }, () =>
    loop.ring(),
  );
  const provider = new ProviderClient({ answerBudget });
  const prisma = createPrisma(pool);
  const runner = new AttemptRunner({
    provider,
    contents: new CallContents(pool, keys, bodyBudget),
    projects: new ProjectDirectory(prisma, keys, null),
    finisher,
    recovery,
    announcer: new AttemptAnnouncer({ backoff, signals, metrics, logger }),
    metrics,
    logger,
  });
  const loop = new ClaimLoop({
    pool,
    workerId,
    runner,
    concurrency: options.concurrency ?? 64,
    leaseMs: LEASE_MS,
    pollMs: options.pollMs ?? OFTEN_MS,
    metrics,
    logger,
  });
  const direct =
    options.links === undefined
      ? null
      : new DirectStarts({
          pool,
          keys,
          workerId,
          leaseMs: LEASE_MS,
          directory: options.links,
          reserve: (lanes) => loop.reserve(lanes),
          run: (claim) => loop.run(claim),
        });
  const leases = new LeaseKeeper({
    recovery,
    workerId,
    loop,
    runner,
    settled: async () => {
      await Promise.all([loop.claimSettled(), direct?.settled()]);
    },
    leaseMs: LEASE_MS,
    everyMs: options.beatMs ?? OFTEN_MS,
    limitMs: LEASE_MS,
    logger,
  });
  const outage = options.outage ?? { gapMs: LEASE_MS, graceMs: 0 };
  const reaper = new Reaper({ recovery, signals, metrics, logger, everyMs: OFTEN_MS, outage });
  signals.subscribe('due', () => loop.ring());
  signals.subscribe('canceled', (ids) => leases.check(ids));
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
      await loop.stop();
      await direct?.settled();
      await runner.drain(graceMs);
      await direct?.stop();
      await Promise.all([leases.stop(), reaper.stop(), backoff.stop()]);
      await provider.close();
      await signals.stop();
      await prisma.$disconnect();
    },
  };
}
