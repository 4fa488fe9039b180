import type { ByteBudget } from '@reqrun/platform/budget';
import { BackoffTimer, type BackoffTimerOptions } from '@reqrun/platform/background';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import type { ProjectDirectory } from '@reqrun/projects';
import type { ProviderClient } from '@reqrun/providers';
import {
  type AttemptFinisher,
  countAndLog,
  DirectDispatchServer,
  FrameAppender,
  FrameHub,
  LogReader,
  type OutageLimits,
  ProviderResponses,
  RequestEvents,
  type RequestRecovery,
} from '@reqrun/requests';

import { AttemptReporter } from './attempts/attempt-reporter.js';
import { AttemptRunner } from './attempts/attempt-runner.js';
import { CallContents } from './attempts/call-contents.js';
import { BoundedProjects } from './attempts/bounded-projects.js';
import { ClaimLoop } from './attempts/claim-loop.js';
import { InFlight } from './attempts/in-flight.js';
import { ProviderCalls } from './attempts/provider-call.js';
import { followersTask } from './cache/followers.task.js';
import { laneTargetOf } from './lanes/lane-view.js';
import { LaneWatch } from './lanes/lane-watch.js';
import type { WorkerMetrics } from './metrics.js';
import type { AttemptTelemetry } from './telemetry/attempt-telemetry.js';
import { type PeriodicJob, PeriodicTask } from './periodic-task.js';
import { abandonedResponsesTask } from './recovery/abandoned-responses.task.js';
import { LeaseRenewal } from './recovery/lease-renewal.js';
import { reaperTask } from './recovery/reaper.task.js';

/** Parts that a worker is composed of. */
export interface WorkerDeps {
  workerId: string;
  pool: Pool;
  keys: DataKeyRing;
  projects: ProjectDirectory;
  provider: ProviderClient;
  /** Memory budget of large bodies. */
  bodyBudget: ByteBudget;
  finisher: AttemptFinisher;
  recovery: RequestRecovery;
  signals: SignalBus;
  /** Storage of the backoff timers. */
  timers: Omit<BackoffTimerOptions, 'onError'>;
  metrics: WorkerMetrics;
  /** Null where there is no collector. */
  telemetry: AttemptTelemetry | null;
  logger: Logger;
}

/** Settings of a worker. Times are in ms. */
export interface WorkerSettings {
  concurrency: number;
  leaseMs: number;
  heartbeatMs: number;
  /** Longest time that a renewal waits for the database. */
  renewalLimitMs: number;
  pollMs: number;
  reapMs: number;
  outage: OutageLimits;
  /** Pause between two looks for responses that nothing waits for; those of its own a worker cancels at once. */
  abandonedMs: number;
  /** Longest time that a frame waits for its commit; 0 commits each before it is shown. */
  streamAppendMs: number;
  /** Bytes of frames that may wait for their commit. */
  streamBufferBytes: number;
  /** Directory of the socket for direct dispatch; null for none. */
  linkDirectory: string | null;
}

/** A worker that has been composed and not started. */
export interface Worker {
  runner: AttemptRunner;
  loop: ClaimLoop;
  lanes: LaneWatch;
  /** Projects that bound their calls at once. */
  bounded: BoundedProjects;
  leases: LeaseRenewal;
  reaper: PeriodicTask;
  /** Cancels responses that nothing waits for. */
  abandoned: PeriodicTask;
  /** Ends the waits of requests for the answer of an identical one. */
  followers: PeriodicTask;
  backoff: BackoffTimer;
  events: RequestEvents;
  direct: DirectDispatchServer | null;
  /** Adds a job that runs while the worker does. */
  add(job: PeriodicJob): PeriodicTask;
  /** Starts to listen for direct dispatch. Without it all requests are claimed from the table. */
  openDirect(): Promise<void>;
  /**
   * Stops the worker: nothing more is claimed, and attempts end within the grace period or are given back.
   *
   * @param graceMs longest time that calls in flight may take, in ms
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Composes a worker. The process and its tests compose it alike.
 *
 * @param deps the parts
 * @param settings the settings
 */
export function composeWorker(deps: WorkerDeps, settings: WorkerSettings): Worker {
  const { workerId, pool, keys, recovery, signals, metrics, logger } = deps;
  const events = new RequestEvents(signals, countAndLog(metrics.finished, logger));
  const backoff = new BackoffTimer(
    { ...deps.timers, onError: () => metrics.timerErrors.inc() },
    () => loop.notify(),
  );
  const followers = new PeriodicTask(followersTask({ pool, events }), logger);
  const inFlight = new InFlight();
  const appender = new FrameAppender({
    ...{ pool, keys },
    everyMs: settings.streamAppendMs,
    observer: metrics,
  });
  metrics.showUnappended(() => appender.heldBytes);
  const hub = new FrameHub(signals);
  const responses = new ProviderResponses(pool, keys);
  const { projects, provider } = deps;
  const abandoned = new PeriodicTask(
    abandonedResponsesTask({ responses, projects, provider, logger }, settings.abandonedMs),
    logger,
  );
  const lanes = new LaneWatch({
    ...{ pool, logger },
    onRoom: () => loop.notify(),
    onChanged: () => signals.publish('lanes'),
  });
  metrics.showLanes(() => lanes.view.lanes);
  const runner = new AttemptRunner({
    ...{ inFlight, finisher: deps.finisher, recovery, appender, metrics, logger },
    onAbandoned: () => abandoned.now(),
    calls: new ProviderCalls({
      ...{ provider, projects, responses, lanes, metrics, logger },
      telemetry: deps.telemetry,
      contents: new CallContents(pool, keys, deps.bodyBudget),
      logs: new LogReader(pool, keys),
      streams: { ...{ appender, hub, metrics }, maxBufferBytes: settings.streamBufferBytes },
    }),
    reporter: new AttemptReporter({
      ...{ backoff, events, metrics, logger },
      settleFollowers: () => followers.now(),
    }),
  });
  const bounded = new BoundedProjects(pool, logger);
  const { concurrency, leaseMs, pollMs } = settings;
  const loop = new ClaimLoop({
    ...{ pool, workerId, runner, concurrency, leaseMs, pollMs, metrics, logger },
    lanes: lanes.view,
    bounded,
  });
  const direct =
    settings.linkDirectory === null
      ? null
      : new DirectDispatchServer({
          ...{ pool, keys, workerId, leaseMs },
          directory: settings.linkDirectory,
          reserve: (requests) =>
            loop.reserve(requests, lanes.view.inTrouble ? requests.map(laneTargetOf) : undefined),
          run: (claim) => loop.run(claim),
          hub,
        });
  const leases = new LeaseRenewal({
    ...{ recovery, workerId, loop, inFlight, leaseMs, logger },
    settled: async () => {
      await Promise.all([loop.claimSettled(), direct?.settled()]);
    },
    everyMs: settings.heartbeatMs,
    limitMs: settings.renewalLimitMs,
  });
  const reaping = reaperTask(
    { recovery, events, metrics, logger, onFailed: () => abandoned.now() },
    settings.reapMs,
    settings.outage,
  );
  const reaper = new PeriodicTask(reaping, logger);
  const jobs: PeriodicTask[] = [];

  signals.subscribe('due', () => loop.notify());
  signals.subscribe('canceled', (ids) => leases.check(ids));
  signals.subscribe('lanes', () => lanes.look());

  return {
    ...{
      runner,
      loop,
      lanes,
      bounded,
      leases,
      reaper,
      abandoned,
      followers,
      backoff,
      events,
      direct,
    },
    add(job) {
      const task = new PeriodicTask(job, logger);
      jobs.push(task);
      return task;
    },
    async openDirect() {
      await direct?.start().catch((error: unknown) => {
        // Everything works without it, only slower.
        logger.warn('direct_dispatch.unavailable', errorFields(error));
      });
    },
    async stop(graceMs) {
      await loop.stop();
      await direct?.settled();
      await runner.drain(graceMs);
      await lanes.stop();
      await direct?.stop();
      await Promise.all(
        [bounded, leases, reaper, abandoned, followers, backoff, ...jobs].map((part) =>
          part.stop(),
        ),
      );
    },
  };
}
