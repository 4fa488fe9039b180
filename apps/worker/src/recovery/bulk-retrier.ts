import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { SignalBus } from '@reqrun/platform/signals';
import { retryPortion, unfinishedBulkRetries } from '@reqrun/requests';

import { Repeating } from './repeating.js';

/** What the retrier is made of. */
export interface BulkRetrierOptions {
  pool: Pool;
  signals: SignalBus;
  logger: Logger;
  everyMs: number;
}

/**
 * Does the bulk retries that people have ordered, in small portions. What is ordered and what is done
 * stands in a table, and every worker looks at it: no order can be forgotten, and one that a worker has
 * left goes on where it stopped.
 */
export class BulkRetrier {
  private readonly rounds: Repeating;
  private stopping = false;

  /** @param options what it is made of */
  constructor(private readonly options: BulkRetrierOptions) {
    this.rounds = new Repeating(options.everyMs, () => this.round());
  }

  /** Begins. */
  start(): void {
    this.rounds.start();
  }

  /** Ends after the portion that is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.rounds.stop();
  }

  private async round(): Promise<void> {
    try {
      for (const id of await unfinishedBulkRetries(this.options.pool)) {
        await this.work(id);
      }
    } catch (error) {
      this.options.logger.warn('bulk retry failed', errorFields(error));
    }
  }

  private async work(id: string): Promise<void> {
    const { pool, signals, logger } = this.options;
    let total = 0;
    for (let retried: number | null = 0; retried !== null && !this.stopping;) {
      retried = await retryPortion(pool, id);
      if (retried !== null && retried > 0) {
        total += retried;
        signals.publish('due');
      }
    }
    if (total > 0) {
      logger.info('bulk retry', { bulk_retry_id: id, requests_retried: total });
    }
  }
}
