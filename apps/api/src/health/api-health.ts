import type { Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import type { RequestAcceptor } from '@reqrun/requests';

/** Health of an API process as it reports it. */
export interface ApiHealthReport {
  status: 'ok' | 'unavailable';
  /** State of the database. With `storage_full` it answers, but accepts no new data. */
  database: 'ok' | 'unavailable' | 'storage_full';
  /** State of the signals. Without them everything works, up to a second later. */
  signals: 'ok' | 'unavailable';
}

const PING = { name: 'health-ping', text: 'SELECT 1' };

/** Judges whether an API process can accept requests. */
export class ApiHealth {
  /** Whether the process is stopping and should get no more calls. */
  stopping = false;

  /**
   * @param pool the database; the master key was checked against it at the start
   * @param signals the bus of notifications
   * @param acceptor the acceptor, which knows whether the disk was found full
   */
  constructor(
    private readonly pool: Pool,
    private readonly signals: SignalBus,
    private readonly acceptor: Pick<RequestAcceptor, 'isStorageFull'>,
  ) {}

  /** Reports the health of the process. */
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
