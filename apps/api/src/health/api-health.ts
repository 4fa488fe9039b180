import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';

/** What an API process says of itself. */
export interface ApiHealthReport {
  status: 'ok' | 'unavailable';
  database: 'ok' | 'unavailable';
  /** Doorbell and signals: without them everything works, up to a second later. */
  signals: 'ok' | 'unavailable';
}

const PING = { name: 'health-ping', text: 'SELECT 1' };

/** Judges an API process by whether it could accept a request. */
export class ApiHealth {
  /** Set when the process is stopping: it should get no more calls. */
  stopping = false;

  /**
   * @param pool the database; the master key was found to fit it at the start
   * @param signals what rings
   */
  constructor(
    private readonly pool: Pool,
    private readonly signals: SignalBus,
  ) {}

  /** What the process says of itself. */
  async report(): Promise<ApiHealthReport> {
    const database = await this.pool.query(PING).then(
      () => 'ok' as const,
      () => 'unavailable' as const,
    );
    return {
      status: this.stopping ? 'unavailable' : database,
      database,
      signals: this.signals.connected ? 'ok' : 'unavailable',
    };
  }
}
