import { CommitProbe, type Pool } from '@reqrun/platform/database';
import type { SignalBus } from '@reqrun/platform/signals';
import type { RequestAcceptor } from '@reqrun/requests';

/** Health of an API process as it reports it. */
export interface ApiHealthReport {
  status: 'ok' | 'unavailable';
  /**
   * State of the database: `unavailable` also when it answers and can't commit, because it can only be read or
   * its synchronous standby is away. With `storage_full` it answers, but accepts no new data.
   */
  database: 'ok' | 'unavailable' | 'storage_full';
  /** State of the signals. Without them everything works, up to a second later. */
  signals: 'ok' | 'unavailable';
}

/** Judges whether an API process can accept requests. */
export class ApiHealth {
  /** Whether the process is stopping and should get no more calls. */
  stopping = false;
  private readonly probe: CommitProbe;

  /**
   * @param pool the database; the master key was checked against it at the start
   * @param signals the bus of notifications
   * @param acceptor the acceptor, which knows whether the disk was found full
   */
  constructor(
    pool: Pool,
    private readonly signals: SignalBus,
    private readonly acceptor: Pick<RequestAcceptor, 'isStorageFull'>,
  ) {
    this.probe = new CommitProbe(pool);
  }

  /** Reports the health of the process. */
  async report(): Promise<ApiHealthReport> {
    const canCommit = await this.probe.canCommit();
    const database = this.acceptor.isStorageFull
      ? ('storage_full' as const)
      : canCommit
        ? ('ok' as const)
        : ('unavailable' as const);
    return {
      status: this.stopping || database !== 'ok' ? 'unavailable' : 'ok',
      database,
      signals: this.signals.connected ? 'ok' : 'unavailable',
    };
  }
}
