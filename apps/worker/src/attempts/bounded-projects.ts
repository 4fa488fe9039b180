import type { Pool } from '@reqrun/platform/database';
import type { Logger } from '@reqrun/platform/logging';
import { type CallBounds, readCallBounds } from '@reqrun/requests';

import { PeriodicTask } from '../periodic-task.js';

/** Time within which a worker follows a change of a bound, in ms. */
const READ_EVERY_MS = 1_000;

/** Projects that bound their calls at once, as this worker has last read them. */
export class BoundedProjects {
  /** Most calls at once, by project. Empty where nobody has set a bound. */
  bounds: CallBounds = new Map();
  private readonly reading: PeriodicTask;

  /**
   * @param pool the database
   * @param logger the log of failures
   */
  constructor(
    private readonly pool: Pool,
    logger: Logger,
  ) {
    const run = (): Promise<void> => this.read();
    this.reading = new PeriodicTask({ name: 'call_bounds', everyMs: READ_EVERY_MS, run }, logger);
  }

  /** Reads the bounds, and again each second. */
  async start(): Promise<void> {
    // Without the database nothing is claimed either; the next round follows.
    await this.read().catch(() => undefined);
    this.reading.start();
  }

  /** Stops reading. */
  stop(): Promise<void> {
    return this.reading.stop();
  }

  private async read(): Promise<void> {
    this.bounds = await readCallBounds(this.pool);
  }
}
