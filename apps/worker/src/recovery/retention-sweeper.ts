import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import { sweepRetention } from '@reqrun/requests';

import { Repeating } from './repeating.js';

/** What the sweeper is made of. */
export interface RetentionSweeperOptions {
  pool: Pool;
  logger: Logger;
  everyMs: number;
}

/** Deletes what has outlived its retention, in small batches, now and then. */
export class RetentionSweeper {
  private readonly sweeps: Repeating;
  private readonly stopping = new AbortController();

  /** @param options what it is made of */
  constructor(private readonly options: RetentionSweeperOptions) {
    this.sweeps = new Repeating(options.everyMs, () => this.sweep());
  }

  /** Begins. */
  start(): void {
    this.sweeps.start();
  }

  /** Ends after the batch that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sweeps.stop();
  }

  private async sweep(): Promise<void> {
    const { pool, logger } = this.options;
    try {
      const { contents, records } = await sweepRetention(pool, this.stopping.signal);
      if (contents > 0 || records > 0) {
        logger.info('retention', { contents_deleted: contents, records_deleted: records });
      }
    } catch (error) {
      logger.warn('retention failed', errorFields(error));
    }
  }
}
