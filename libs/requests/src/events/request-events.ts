import type { RequestStatus } from '@reqrun/contracts';
import type { SignalBus } from '@reqrun/platform/signals';

/** A request that has ended. */
export interface EndedRequest {
  /** UUID. */
  readonly id: string;
  readonly status: RequestStatus;
  readonly errorCode: string | null;
  /** Absent where whoever ended it does not know. */
  readonly projectId?: string | undefined;
  /** Its attempts so far; absent where whoever ended it did not look. */
  readonly attempts?: number | undefined;
}

/** What a process does with changes besides telling other processes: it counts and logs them. */
export interface RequestObserver {
  /**
   * A request has ended.
   *
   * @param request how
   * @param isLogged whether a line of its attempt says so already
   */
  ended(request: EndedRequest, isLogged: boolean): void;
  /**
   * A new round of a request was opened.
   *
   * @param id UUID
   * @param projectId whose it is
   */
  reopened(id: string, projectId: string): void;
}

/** How much is known already of requests that have ended. */
export interface EndedOptions {
  /** Nobody waits who has not been told. */
  readonly isNotified?: boolean;
  /** A worker may still call the provider for them: its call is of no use any more. */
  readonly mayBeRunning?: boolean;
  /** A line of the attempt that ended them says so. */
  readonly isLogged?: boolean;
}

/**
 * What follows a committed change of requests, written once for every path that makes one. Signals tell other
 * processes, an observer counts and logs. All of it may get lost without losing a request.
 */
export class RequestEvents {
  /**
   * @param signals reaches workers, and whoever waits
   * @param observer of this process
   */
  constructor(
    private readonly signals: SignalBus,
    private readonly observer: RequestObserver,
  ) {}

  /** Requests are due: workers that have room look at once. */
  due(): void {
    this.signals.publish('due');
  }

  /**
   * A new round of a request was opened, which is due.
   *
   * @param id UUID
   * @param projectId whose it is
   */
  reopened(id: string, projectId: string): void {
    this.due();
    this.observer.reopened(id, projectId);
  }

  /**
   * Requests have ended.
   *
   * @param requests how each has
   * @param options how much is known already
   */
  ended(requests: readonly EndedRequest[], options: EndedOptions = {}): void {
    if (requests.length === 0) {
      return;
    }
    const { isNotified = false, mayBeRunning = false, isLogged = false } = options;
    const ids = requests.map(({ id }) => id);
    if (!isNotified) {
      this.signals.publish('finished', ids);
    }
    if (mayBeRunning) {
      this.abandoned(ids);
    }
    requests.forEach((request) => this.observer.ended(request, isLogged));
  }

  /**
   * Requests are no longer their worker's: a call that it still makes for them is of no use.
   *
   * @param ids UUIDs
   */
  abandoned(ids: readonly string[]): void {
    this.signals.publish('canceled', ids);
  }
}
