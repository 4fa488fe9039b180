import { requestIdFromUuid } from '@reqrun/contracts';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import {
  type OutageLimits,
  OutageWatch,
  type Recovered,
  type RequestRecovery,
} from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';
import { Repeating } from './repeating.js';

/** What the reaper is made of. */
export interface ReaperOptions {
  recovery: RequestRecovery;
  signals: SignalBus;
  metrics: WorkerMetrics;
  logger: Logger;
  everyMs: number;
  /** Definition of an outage of the database, after which owners renew before anything is taken back. */
  outage: OutageLimits;
}

/** Rounds within the shortest outage: each is a look at the database. */
const LOOKS_PER_GAP = 3;

/**
 * Takes back what dead or paused workers owned, and ends what is past its deadline. Every worker
 * does it, on a plain timer: no leader, no queue. After an outage of the database, and at its own start,
 * it leaves the owners time to renew.
 */
export class Reaper {
  private readonly rounds: Repeating;
  private readonly watch: OutageWatch;

  /** @param options what it is made of */
  constructor(private readonly options: ReaperOptions) {
    const { everyMs, outage } = options;
    this.watch = new OutageWatch(outage);
    this.rounds = new Repeating(Math.min(everyMs, outage.gapMs / LOOKS_PER_GAP), () =>
      this.round(),
    );
  }

  /** Begins. */
  start(): void {
    this.rounds.start();
  }

  /** Ends; resolves when no round is under way. */
  async stop(): Promise<void> {
    await this.rounds.stop();
  }

  private async round(): Promise<void> {
    const { recovery, logger } = this.options;
    try {
      for (let more = true; more;) {
        const reaped = await recovery.reapExpiredLeases(this.watch);
        this.report(reaped.recovered, 'lost');
        more = reaped.mayHaveMore;
      }
      for (let more = true; more;) {
        const expired = await recovery.expireOverdue();
        this.report(expired.recovered, 'expired');
        more = expired.mayHaveMore;
      }
    } catch (error) {
      logger.warn('recovery failed', errorFields(error));
    }
  }

  private report(recovered: readonly Recovered[], why: 'lost' | 'expired'): void {
    const { signals, metrics, logger } = this.options;
    if (recovered.length === 0) {
      return;
    }
    for (const { id, status, attempts, errorCode } of recovered) {
      const fields = { request_id: requestIdFromUuid(id), attempt: attempts };
      if (why === 'lost') {
        metrics.attempts.inc({ outcome: 'lost', code: 'worker_lost' });
        logger.warn('attempt', {
          ...fields,
          outcome: 'lost',
          error_code: 'worker_lost',
          decision: status === 'failed' ? 'fail' : 'retry',
        });
      }
      if (status === 'failed') {
        metrics.finished.inc({ outcome: status, code: errorCode ?? '' });
        logger.info('request', { ...fields, status, error_code: errorCode, attempts });
      }
    }
    const failed = recovered.filter(({ status }) => status === 'failed').map(({ id }) => id);
    if (failed.length > 0) {
      signals.publish('finished', failed);
    }
    if (failed.length < recovered.length) {
      signals.publish('due');
    }
    // Whoever still calls the provider for them (a paused worker, a deadline) may stop.
    signals.publish(
      'canceled',
      recovered.map(({ id }) => id),
    );
  }
}
