import { randomUUID } from 'node:crypto';

import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Courier } from '@reqrun/alerts';
import { ByteBudget } from '@reqrun/platform/budget';
import { directDatabaseUrl } from '@reqrun/platform/config';
import { NestLogger } from '@reqrun/platform/logging';
import { redisPlace } from '@reqrun/platform/redis';
import type { Platform, RunningService } from '@reqrun/platform/service';
import { ProjectDirectory } from '@reqrun/projects';
import {
  MailClient,
  mailOptions,
  outboundOptions,
  ProviderClient,
  WebhookClient,
  webhookOptions,
} from '@reqrun/providers';
import {
  AttemptFinisher,
  outageLimits,
  registerRecordMetrics,
  RequestRecovery,
} from '@reqrun/requests';

import { alertDeliveriesTask } from './alerts/deliveries.task.js';
import { alertsTask } from './alerts/alerts.task.js';
import { AlertMeasures } from './alerts/measure.js';
import { composeWorker } from './compose-worker.js';
import { WorkerHealth } from './health/worker-health.js';
import { bulkRetryTask } from './maintenance/bulk-retry.task.js';
import { metricsRollupTask } from './maintenance/metrics-rollup.task.js';
import { projectRemovalTask } from './maintenance/project-removal.task.js';
import { retentionTask } from './maintenance/retention.task.js';
import { WorkerMetrics } from './metrics.js';
import { AttemptTelemetry } from './telemetry/attempt-telemetry.js';
import { WorkerModule } from './worker.module.js';

/** Pause between two looks for responses that nothing waits for, in ms. */
const ABANDONED_MS = 10_000;

/**
 * Composes a worker and starts it. It runs attempts, recovers lost requests, deletes expired data, and
 * serves its health and its metrics.
 *
 * @param platform the database, the signals, the settings
 */
export async function startWorker(platform: Platform): Promise<RunningService> {
  const { config, logger, pool, keys, prisma, signals } = platform;
  const workerId = randomUUID();
  const metrics = new WorkerMetrics(platform.metrics);
  registerRecordMetrics(platform.metrics, platform.readPool);
  const telemetry = new AttemptTelemetry(platform.telemetry);

  const provider = new ProviderClient({
    maxResponseBytes: config.REQRUN_MAX_ANSWER_BYTES,
    answerBudget: new ByteBudget(config.REQRUN_MAX_LARGE_BYTES),
    allowInsecure: config.REQRUN_ALLOW_INSECURE_PROVIDERS,
    hosts: config.REQRUN_PROVIDER_HOSTS,
    ...outboundOptions(config),
    trustedBaseUrls: config.REQRUN_SIMULATOR_URL === undefined ? [] : [config.REQRUN_SIMULATOR_URL],
  });
  const outage = outageLimits(config.REQRUN_LEASE_MS, config.REQRUN_HEARTBEAT_MS);
  const worker = composeWorker(
    {
      ...{ workerId, pool, keys, provider, signals, metrics, logger },
      telemetry: telemetry.isOn ? telemetry : null,
      projects: new ProjectDirectory(prisma, keys, config.REQRUN_SIMULATOR_URL ?? null),
      // A separate budget, so that an answer never waits for a body that waits for an answer.
      bodyBudget: new ByteBudget(config.REQRUN_MAX_LARGE_BYTES),
      finisher: new AttemptFinisher(pool, keys, signals.channelOf?.('finished') ?? null),
      recovery: new RequestRecovery(pool),
      timers: {
        redis: redisPlace(config),
        connectionString: directDatabaseUrl(config),
        applicationName: 'reqrun-worker-backoff',
      },
    },
    {
      concurrency: config.REQRUN_WORKER_CONCURRENCY,
      leaseMs: config.REQRUN_LEASE_MS,
      heartbeatMs: config.REQRUN_HEARTBEAT_MS,
      renewalLimitMs: outage.gapMs,
      pollMs: config.REQRUN_POLL_MS,
      reapMs: config.REQRUN_REAP_MS,
      outage,
      abandonedMs: ABANDONED_MS,
      streamAppendMs: config.REQRUN_STREAM_APPEND_MS,
      streamBufferBytes: config.REQRUN_STREAM_BUFFER_BYTES,
      linkDirectory: config.REQRUN_LINK_DIRECTORY ?? null,
    },
  );
  const { events, loop, runner } = worker;
  const webhooks = new WebhookClient(webhookOptions(config));
  const smtp = mailOptions(config);
  const mail = smtp === null ? null : new MailClient(smtp);
  const courier = new Courier({ pool, keys, webhooks, mail, logger });
  const deliveries = worker.add(alertDeliveriesTask(courier, config.REQRUN_HOUSEKEEPING_MS));
  const measures = new AlertMeasures(platform.readPool);
  const maintenance = [
    retentionTask({ pool, logger }, config.REQRUN_RETENTION_SWEEP_MS),
    projectRemovalTask({ pool, events, logger }, config.REQRUN_HOUSEKEEPING_MS),
    bulkRetryTask({ pool, events, logger }, config.REQRUN_HOUSEKEEPING_MS),
    metricsRollupTask(pool, config.REQRUN_METRICS_MS),
    alertsTask(
      {
        ...{ pool, logger },
        measure: (rule) => measures.measure(rule),
        onNotified: () => deliveries.now(),
        dashboardUrl: config.REQRUN_DASHBOARD_URL,
        clearAfterMs: config.REQRUN_ALERTS_CLEAR_MS,
      },
      config.REQRUN_ALERTS_MS,
    ),
  ].map((job) => worker.add(job));
  const health = new WorkerHealth(pool, loop, runner, signals);

  const app = await NestFactory.create(
    WorkerModule.register(health, platform.metrics),
    new FastifyAdapter(),
    { logger: new NestLogger(logger), abortOnError: false },
  );
  await app.listen(config.REQRUN_WORKER_PORT, config.REQRUN_WORKER_HOST);
  const url = await app.getUrl();
  logger.info('listening', { url, worker_id: workerId });

  const { backoff, leases, reaper, abandoned, followers } = worker;
  await worker.bounded.start();
  await worker.lanes.start();
  [backoff, leases, reaper, abandoned, followers, ...maintenance, deliveries, loop].forEach(
    (part) => part.start(),
  );
  await worker.openDirect();

  return {
    url,
    async stop() {
      health.stopping = true;
      await worker.stop(config.REQRUN_SHUTDOWN_GRACE_MS);
      await Promise.all([provider.close(), webhooks.close()]);
      await app.close();
    },
  };
}
