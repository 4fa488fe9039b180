import { setTimeout as delay } from 'node:timers/promises';

import { DatabaseError } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type {
  AttemptResult,
  AttemptFinisher,
  Claim,
  FrameAppender,
  RequestRecovery,
} from '@reqrun/requests';
import type { ErrorDetail } from '@reqrun/contracts';

import type { WorkerMetrics } from '../metrics.js';
import { type AttemptReporter, idsOf } from './attempt-reporter.js';
import type { InFlight, RunningAttempt } from './in-flight.js';
import { failedWithoutCall } from './attempt-result.js';
import type { ProviderCalls } from './provider-call.js';

/** Parts that run attempts. */
export interface AttemptRunnerOptions {
  inFlight: InFlight;
  calls: ProviderCalls;
  finisher: AttemptFinisher;
  recovery: RequestRecovery;
  /** Commits frames; it gives up when the process stops. */
  appender: FrameAppender;
  reporter: AttemptReporter;
  /** Called when a response may run at the provider that nothing waits for. */
  onAbandoned: () => void;
  metrics: WorkerMetrics;
  logger: Logger;
}

const COMMIT_RETRY_MS = [50, 100, 250, 500, 1_000];
/** Longest time that releasing may take after the grace period, in ms. */
const RELEASE_LIMIT_MS = 3_000;

/** Runs attempts: one provider call, then a commit that only the owner can make. */
export class AttemptRunner {
  private abandonCommits = false;

  /** @param options the parts */
  constructor(private readonly options: AttemptRunnerOptions) {}

  /** Number of requests that are running. */
  get count(): number {
    return this.options.inFlight.count;
  }

  /**
   * Runs an attempt to its end. Never rejects: a request whose end could not be committed belongs to another
   * worker, or will.
   *
   * @param claim a request that this process has just claimed
   */
  async run(claim: Claim): Promise<void> {
    const { inFlight, calls, metrics, logger } = this.options;
    const running = inFlight.begin(claim);
    metrics.inFlight.set(inFlight.count);
    metrics.claimLag.observe(Math.max(0, claim.claimLagMs) / 1000);
    try {
      const result = await calls.make(running);
      if (result.kind === 'ended') {
        running.report?.answered(result.end);
        await this.commit(running, result.end);
      } else if (result.kind === 'put-back') {
        running.report?.close('released');
        await this.putBack(running, result.called);
      } else if (result.kind === 'response-lost') {
        running.report?.close('worker_lost');
        await this.loseResponse(running, result.detail);
      }
    } catch (error) {
      // Nothing here should throw; if it does, the request must not stay in limbo.
      logger.error('attempt.broke', { ...idsOf(claim), ...errorFields(error) });
      await this.putBack(running, running.called);
    } finally {
      running.report?.close('aborted');
      inFlight.end(running);
      if (running.response !== null && !running.releasing) {
        this.options.onAbandoned();
      }
      metrics.inFlight.set(inFlight.count);
    }
  }

  /**
   * Waits for the running attempts. After the grace period, gives the rest back.
   *
   * @param graceMs longest time that calls in flight may take, in ms
   */
  async drain(graceMs: number): Promise<void> {
    const { inFlight } = this.options;
    await inFlight.idleWithin(graceMs);
    inFlight.releaseAll();
    this.abandonCommits = true;
    this.options.appender.hasGivenUp = true;
    await inFlight.idleWithin(RELEASE_LIMIT_MS);
  }

  /** Commits the end of an attempt. Tries again while the database is away, until the worker stops. */
  private async commit(running: RunningAttempt, end: AttemptResult): Promise<void> {
    const { finisher, reporter, inFlight, logger } = this.options;
    let storable = true;
    for (let tries = 0; ; tries += 1) {
      try {
        const outcome = await finisher.finish(end);
        running.stream?.finished(outcome);
        running.report?.committed(outcome);
        reporter.ended(end, outcome, performance.now() - running.startedAt);
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError)) {
          throw error;
        }
        if (error.kind === 'data' && storable) {
          // The answer can't be stored. The request ends without it.
          storable = false;
          const { claim, provider } = end;
          const failed = failedWithoutCall(claim, 'provider_response_invalid', 'not_storable');
          end = { ...failed, provider };
        } else if (this.abandonCommits) {
          inFlight.keepUncommitted(end.claim);
          logger.warn('attempt.uncommitted', { ...idsOf(end.claim), ...errorFields(error) });
          return;
        }
        await delay(COMMIT_RETRY_MS[Math.min(tries, COMMIT_RETRY_MS.length - 1)]);
      }
    }
  }

  /** Ends an attempt without a response. Tries again while the database is away, until the worker stops. */
  private async loseResponse({ claim }: RunningAttempt, detail: ErrorDetail): Promise<void> {
    const { recovery, reporter, inFlight, logger } = this.options;
    for (let tries = 0; ; tries += 1) {
      try {
        const recovered = await recovery.loseResponse(claim, detail);
        if (recovered !== null) {
          reporter.responseLost(claim, recovered, detail);
        }
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError)) {
          throw error;
        }
        if (this.abandonCommits) {
          inFlight.keepUncommitted(claim);
          logger.warn('attempt.uncommitted', { ...idsOf(claim), ...errorFields(error) });
          return;
        }
        await delay(COMMIT_RETRY_MS[Math.min(tries, COMMIT_RETRY_MS.length - 1)]);
      }
    }
  }

  private async putBack({ claim }: RunningAttempt, called: boolean): Promise<void> {
    const { recovery, reporter, inFlight, logger } = this.options;
    const { id, fence } = claim;
    try {
      for (const recovered of await recovery.release([{ id, fence, called }])) {
        reporter.released(claim, recovered);
      }
    } catch (error) {
      if (called) {
        inFlight.keepCalled(claim);
      }
      logger.warn('release.failed', { ...idsOf(claim), ...errorFields(error) });
    }
  }
}
