import type { RequestStatus } from '@reqrun/contracts';
import type { SignalBus } from '@reqrun/platform/signals';

/** A request that has ended. */
export interface EndedRequest {
  /** UUID of the request. */
  readonly id: string;
  readonly status: RequestStatus;
  readonly errorCode: string | null;
  /** UUID of the project; absent where the code that ended the request does not know it. */
  readonly projectId?: string | undefined;
  /** Number of attempts so far; absent where the code that ended the request did not read it. */
  readonly attempts?: number | undefined;
}

/** Counts and logs the changes of a process. */
export interface RequestObserver {
  /**
   * Notes that a request has ended.
   *
   * @param request the ended request
   * @param isLogged whether the log line of its attempt already has the end
   */
  ended(request: EndedRequest, isLogged: boolean): void;
  /**
   * Notes that a new round of a request was opened.
   *
   * @param id UUID of the request
   * @param projectId UUID of the project
   */
  reopened(id: string, projectId: string): void;
}

/** Known facts about requests that have ended. */
export interface EndedOptions {
  /** All waiting callers have been notified. */
  readonly isNotified?: boolean;
  /** A worker may still call the provider for them; the call is useless now. */
  readonly mayBeRunning?: boolean;
  /** The log line of the attempt already has the end. */
  readonly isLogged?: boolean;
}

/**
 * Publishes committed changes of requests, in one place for all code that makes them. Signals notify other
 * processes, and an observer counts and logs. All of it may get lost without losing a request.
 */
export class RequestEvents {
  /**
   * @param signals the bus to workers and to processes with waiting callers
   * @param observer the observer of this process
   */
  constructor(
    private readonly signals: SignalBus,
    private readonly observer: RequestObserver,
  ) {}

  /** Publishes that requests are due. Workers with free slots claim at once. */
  due(): void {
    this.signals.publish('due');
  }

  /**
   * Publishes that a new round of a request was opened, which is due.
   *
   * @param id UUID of the request
   * @param projectId UUID of the project
   */
  reopened(id: string, projectId: string): void {
    this.due();
    this.observer.reopened(id, projectId);
  }

  /**
   * Publishes that requests have ended.
   *
   * @param requests the ended requests
   * @param options known facts about them
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
   * Publishes that requests no longer belong to their worker: a call that it still makes for them is useless.
   *
   * @param ids UUIDs of the requests
   */
  abandoned(ids: readonly string[]): void {
    this.signals.publish('canceled', ids);
  }
}
