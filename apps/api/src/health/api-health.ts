import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import type { RequestAcceptor } from '@reqrun/requests';

/** What an API process says of itself. */
export interface ApiHealthReport {
  status: 'ok' | 'unavailable';
  /** `storage_full`: it answers, and takes nothing new. */
  database: 'ok' | 'unavailable' | 'storage_full';
  /** Notifications between processes: without them everything works, up to a second later. */
  signals: 'ok' | 'unavailable';
}

const PING = { name: 'health-ping', text: 'SELECT 1' };

/** Judges an API process by whether it could accept a request. */
export class ApiHealth {
  /** Set when the process is stopping: it should get no more calls. */
  stopping = false;

  /**
   * @param pool the database; the master key was found to fit it at the start
   * @param signals the bus of notifications
   * @param acceptor knows whether what it wrote last was refused
   */
  constructor(
    private readonly pool: Pool,
    private readonly signals: SignalBus,
    private readonly acceptor: Pick<RequestAcceptor, 'isStorageFull'>,
  ) {}

  /** What the process says of itself. */
  async report(): Promise<ApiHealthReport> {
    const database = await this.pool.query(PING).then(
      () => (this.acceptor.isStorageFull ? ('storage_full' as const) : ('ok' as const)),
      () => 'unavailable' as const,
    );
    return {
      status: this.stopping || database !== 'ok' ? 'unavailable' : 'ok',
      database,
      signals: this.signals.connected ? 'ok' : 'unavailable',
    };
  }
}
