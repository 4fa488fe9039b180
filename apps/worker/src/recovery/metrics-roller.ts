import type { Pool } from '@reqrun/platform/database';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import { rollUpMetrics } from '@reqrun/requests';

import { Repeating } from './repeating.js';

/** What the roller is made of. */
export interface MetricsRollerOptions {
  pool: Pool;
  logger: Logger;
  everyMs: number;
}

/** So many times as long as a pass took there is none: figures never take more than this share. */
const REST_PER_WORK = 20;

/** Brings the figures of projects up to date, behind the requests and out of their way. */
export class MetricsRoller {
  private readonly passes: Repeating;
  private readonly stopping = new AbortController();
  private restUntil = 0;

  /** @param options what it is made of */
  constructor(private readonly options: MetricsRollerOptions) {
    this.passes = new Repeating(options.everyMs, () => this.pass());
  }

  /** Begins. */
  start(): void {
    this.passes.start();
  }

  /** Ends after the minute that is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.passes.stop();
  }

  private async pass(): Promise<void> {
    const { pool, logger, everyMs } = this.options;
    const startedAt = performance.now();
    if (startedAt < this.restUntil) {
      return;
    }
    try {
      await rollUpMetrics(pool, everyMs / 2, this.stopping.signal);
    } catch (error) {
      logger.warn('rolling metrics up failed', errorFields(error));
    }
    const now = performance.now();
    this.restUntil = now + REST_PER_WORK * (now - startedAt);
  }
}
