import { randomUUID } from 'node:crypto';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ByteBudget } from '@reqrun/platform/budget';
import { BackoffTimer } from '@reqrun/platform/background';
import { errorFields, NestLogger } from '@reqrun/platform/logging';
import type { Platform, RunningService } from '@reqrun/platform/service';
import { ProjectDirectory } from '@reqrun/projects';
import { ProviderClient } from '@reqrun/providers';
import {
  AttemptFinisher,
  DirectStarts,
  outageLimits,
  registerRecordMetrics,
  RequestRecovery,
} from '@reqrun/requests';

import { AttemptAnnouncer } from './attempts/attempt-announcer.js';
import { AttemptRunner } from './attempts/attempt-runner.js';
import { CallContents } from './attempts/call-contents.js';
import { ClaimLoop } from './attempts/claim-loop.js';
import { WorkerHealth } from './health/worker-health.js';
import { WorkerMetrics } from './metrics.js';
import { LeaseKeeper } from './recovery/lease-keeper.js';
import { BulkRetrier } from './recovery/bulk-retrier.js';
import { MetricsRoller } from './recovery/metrics-roller.js';
import { ProjectRemover } from './recovery/project-remover.js';
import { Reaper } from './recovery/reaper.js';
import { RetentionSweeper } from './recovery/retention-sweeper.js';
import { WorkerModule } from './worker.module.js';

/**
 * Puts a worker together and starts it: it runs attempts, recovers what was lost, deletes what has
 * expired, and serves its health and its metrics.
 *
 * @param platform the database, the signals, the settings
 */
export async function startWorker(platform: Platform): Promise<RunningService> {
  const { config, logger, pool, keys, prisma, signals } = platform;
  const workerId = randomUUID();
  const metrics = new WorkerMetrics(platform.metrics);
  registerRecordMetrics(platform.metrics, platform.readPool);

  const provider = new ProviderClient({
    maxResponseBytes: config.REQRUN_MAX_ANSWER_BYTES,
    answerBudget: new ByteBudget(config.REQRUN_MAX_LARGE_BYTES),
    allowInsecure: config.REQRUN_ALLOW_INSECURE_PROVIDERS,
    hosts: config.REQRUN_PROVIDER_HOSTS,
    trustedBaseUrls: config.REQRUN_SIMULATOR_URL === undefined ? [] : [config.REQRUN_SIMULATOR_URL],
  });
  const recovery = new RequestRecovery(pool);
  const backoff = new BackoffTimer(
    {
      redisUrl: config.REDIS_URL,
      connectionString: config.DATABASE_URL,
      applicationName: 'reqrun-worker-backoff',
      onError: () => metrics.timerErrors.inc(),
    },
    () => loop.ring(),
  );
  const runner = new AttemptRunner({
    provider,
    // A budget of its own: no answer can wait for a body that waits for an answer.
    contents: new CallContents(pool, keys, new ByteBudget(config.REQRUN_MAX_LARGE_BYTES)),
    projects: new ProjectDirectory(prisma, keys, config.REQRUN_SIMULATOR_URL ?? null),
    finisher: new AttemptFinisher(pool, keys, signals.channelOf?.('finished') ?? null),
    recovery,
    announcer: new AttemptAnnouncer({ backoff, signals, metrics, logger }),
    metrics,
    logger,
  });
  const loop = new ClaimLoop({
    pool,
    workerId,
    runner,
    concurrency: config.REQRUN_WORKER_CONCURRENCY,
    leaseMs: config.REQRUN_LEASE_MS,
    pollMs: config.REQRUN_POLL_MS,
    metrics,
    logger,
  });
  const direct =
    config.REQRUN_LINK_DIRECTORY === undefined
      ? null
      : new DirectStarts({
          pool,
          keys,
          workerId,
          leaseMs: config.REQRUN_LEASE_MS,
          directory: config.REQRUN_LINK_DIRECTORY,
          reserve: (lanes) => loop.reserve(lanes),
          run: (claim) => loop.run(claim),
        });
  const outage = outageLimits(config.REQRUN_LEASE_MS, config.REQRUN_HEARTBEAT_MS);
  const leases = new LeaseKeeper({
    recovery,
    workerId,
    loop,
    runner,
    settled: async () => {
      await Promise.all([loop.claimSettled(), direct?.settled()]);
    },
    leaseMs: config.REQRUN_LEASE_MS,
    everyMs: config.REQRUN_HEARTBEAT_MS,
    limitMs: outage.gapMs,
    logger,
  });
  const reaper = new Reaper({
    recovery,
    signals,
    metrics,
    logger,
    everyMs: config.REQRUN_REAP_MS,
    outage,
  });
  const retention = new RetentionSweeper({
    pool,
    logger,
    everyMs: config.REQRUN_RETENTION_SWEEP_MS,
  });
  const remover = new ProjectRemover({
    pool,
    signals,
    metrics,
    logger,
    everyMs: config.REQRUN_HOUSEKEEPING_MS,
  });
  const bulk = new BulkRetrier({
    pool,
    signals,
    logger,
    everyMs: config.REQRUN_HOUSEKEEPING_MS,
  });
  const roller = new MetricsRoller({ pool, logger, everyMs: config.REQRUN_METRICS_MS });
  const health = new WorkerHealth(pool, loop, runner, signals);

  signals.subscribe('due', () => loop.ring());
  signals.subscribe('canceled', (ids) => leases.check(ids));

  const app = await NestFactory.create(
    WorkerModule.register(health, platform.metrics),
    new FastifyAdapter(),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  await app.listen(config.REQRUN_WORKER_PORT, config.REQRUN_WORKER_HOST);
  const url = await app.getUrl();
  logger.info('listening', { url, worker_id: workerId });

  backoff.start();
  leases.start();
  reaper.start();
  retention.start();
  remover.start();
  roller.start();
  bulk.start();
  loop.start();
  await direct?.start().catch((error: unknown) => {
    // Everything works without it, only slower.
    logger.warn('direct way not open', errorFields(error));
  });

  return {
    url,
    async stop() {
      health.stopping = true;
      await loop.stop();
      await direct?.settled();
      await runner.drain(config.REQRUN_SHUTDOWN_GRACE_MS);
      await direct?.stop();
      await Promise.all([
        leases.stop(),
        reaper.stop(),
        retention.stop(),
        remover.stop(),
        roller.stop(),
        bulk.stop(),
        backoff.stop(),
      ]);
      await provider.close();
      await app.close();
    },
  };
}
