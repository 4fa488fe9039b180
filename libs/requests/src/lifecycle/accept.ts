import { LARGE_BYTES } from '@reqrun/platform/budget';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool } from '@reqrun/platform/database';
import { Batcher, type BatcherOptions } from '@reqrun/platform/batching';

import { STATEMENT_GROUPS } from '../sql/batch-parameters.js';
import { ACCEPT, acceptAndNotify } from '../sql/transitions/index.js';
import {
  ACCEPT_GROUPING,
  acceptGroup,
  type AcceptStatement,
  sealLargePayload,
  sealPayload,
} from './accept-group.js';
import { acceptBounded } from './accept-bounded.js';
import { type CachedRecord, isCached } from './accept-cached.js';
import { CachedAcceptor } from './cached-acceptor.js';
import { commitGroup } from './commit-group.js';
import type { DirectDispatch, DispatchOutcome } from './dispatch.js';
import type { Acceptance, NewRequest, SealedRequest } from './new-request.js';
import { isBounded } from './open-rooms.js';

/** A request that is being accepted. */
interface Pending extends SealedRequest {
  /** A worker has received it and not answered, so it may already be in the table. */
  inDoubt: boolean;
}

const ACCEPT_ONLY: AcceptStatement = {
  place: 'accept',
  name: 'requests-accept',
  statements: ACCEPT,
  extra: [],
  initialState: { status: 'queued', attempts: 0 },
  notified: false,
};

export { AcceptanceUnknownError } from './commit-group.js';

/** Limits on requests that wait to be committed in one process. */
export interface PendingLimits {
  /** Largest sum of payload sizes, in bytes. */
  bytes: number;
  /** Largest number of calls. */
  calls: number;
}

/** Settings of an acceptor, and its parts besides the database. */
export interface RequestAcceptorOptions {
  /** Limits on requests that wait to be committed. */
  limits: PendingLimits;
  /**
   * Channel that is notified within the commit of a request that is alone in its group; null leaves all
   * notifications to the caller.
   */
  notifyChannel?: string | null;
  /** Direct dispatch to workers; null where there is none. */
  direct?: DirectDispatch | null;
}

const NO_BODY = Buffer.alloc(0);
/** Time for which a full disk is reported, in ms, unless a request has been accepted since. */
const STORAGE_FULL_MS = 10_000;

/** Accepts requests durably; requests that arrive close in time share a commit. */
export class RequestAcceptor {
  private readonly queueing: Batcher<Pending, Acceptance | Error>;
  /** Those of projects with a bound wait for a lock, and others must not wait with them. */
  private readonly bounded: Batcher<Pending, Acceptance | Error>;
  /** Large bodies are committed one at a time and alone, so that small ones never wait for them. */
  private readonly large: Batcher<NewRequest, Acceptance | Error>;
  private readonly starting: Batcher<NewRequest, DispatchOutcome>;
  /** Those under the cache may wait for a lock, and others must not wait with them. */
  private readonly startingCached: Batcher<NewRequest, DispatchOutcome>;
  private readonly cached: CachedAcceptor;
  private readonly direct: DirectDispatch | null;
  private readonly limits: PendingLimits;
  private readonly notifying: AcceptStatement | null;
  /** `performance.now()` when the disk was last found full; null once a request is accepted again. */
  private storageFullAt: number | null = null;

  /**
   * @param pool the database
   * @param keys the data keys of payloads
   * @param options the settings and other parts
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    { limits, notifyChannel = null, direct = null }: RequestAcceptorOptions,
  ) {
    this.limits = limits;
    this.direct = direct;
    this.notifying =
      notifyChannel === null
        ? null
        : {
            ...ACCEPT_ONLY,
            name: 'requests-accept-and-notify',
            statements: acceptAndNotify(notifyChannel),
            notified: true,
          };
    this.cached = new CachedAcceptor(pool, keys, (fault) => this.noteFault(fault));
    this.queueing = new Batcher<Pending, Acceptance | Error>({
      ...ACCEPT_GROUPING,
      run: (items) => this.queueGroup(items),
    });
    this.bounded = new Batcher<Pending, Acceptance | Error>({
      ...ACCEPT_GROUPING,
      run: (items) => this.queueGroup(items),
    });
    this.large = new Batcher<NewRequest, Acceptance | Error>({
      ...STATEMENT_GROUPS,
      maxItems: 1,
      sizeOf: ({ body }) => body.length,
      run: (requests) => this.queueLarge(requests),
    });
    const { maxItems, maxBytes } = STATEMENT_GROUPS;
    const starting: BatcherOptions<NewRequest, DispatchOutcome> = {
      maxItems,
      maxBytes,
      sizeOf: ({ body }) => body.length,
      // One group per worker, so that a second worker gets its share.
      concurrency: () => direct?.workerCount ?? 1,
      run: (items) => direct?.start(items) ?? Promise.resolve(items.map(() => 'refused')),
    };
    this.starting = new Batcher(starting);
    this.startingCached = new Batcher(starting);
  }

  /**
   * Returns whether the last acceptance found the database's disk full, within the last ten seconds. After
   * that it is worth another try.
   */
  get isStorageFull(): boolean {
    return this.storageFullAt !== null && performance.now() - this.storageFullAt < STORAGE_FULL_MS;
  }

  /** Sum of the sizes of bodies that wait to be accepted, in bytes. */
  get pendingBytes(): number {
    return this.parts.reduce((sum, { pendingBytes }) => sum + pendingBytes, 0);
  }

  /**
   * Returns whether one more call would exceed the limits of this process. A call alone is always accepted,
   * whatever its size.
   *
   * @param bytes size of its body, in bytes
   * @param arriving sum of the sizes of bodies that are still being read, in bytes
   */
  isFull(bytes: number, arriving = 0): boolean {
    const held = this.pendingBytes + arriving;
    const waiting = this.parts.reduce((sum, { pendingItems }) => sum + pendingItems, 0);
    return waiting >= this.limits.calls || (held > 0 && held + bytes > this.limits.bytes);
  }

  /**
   * Commits a request, or finds the one that its idempotency key belongs to. A client may be told only the
   * outcome of this call.
   *
   * @param request the request
   * @param urgent whether a caller waits for its end: it is dispatched directly where a worker has room
   * @throws DatabaseError of kind `unavailable` when it was not accepted, AcceptanceUnknownError when
   *   it may have been
   */
  async accept(request: NewRequest, urgent = false): Promise<Acceptance> {
    if (isCached(request)) {
      return this.acceptCached(request, urgent);
    }
    if (request.body.length > LARGE_BYTES) {
      return orThrow(await this.large.call(request));
    }
    const started =
      urgent && this.direct?.ready === true ? await this.starting.call(request) : 'refused';
    if (started instanceof DatabaseError) {
      throw started;
    }
    // A request that no worker accepted is accepted here. Its id is the same, so it can't be accepted twice.
    if (typeof started !== 'string') {
      return started;
    }
    const payload = await sealPayload(this.keys, request);
    const inDoubt = started === 'unknown';
    const queueing = isBounded(request) ? this.bounded : this.queueing;
    return orThrow(await queueing.call({ request, payload, inDoubt }));
  }

  private get parts(): readonly { pendingBytes: number; pendingItems: number }[] {
    const { queueing, starting, startingCached, bounded, large, cached } = this;
    return [queueing, starting, startingCached, bounded, large, cached];
  }

  /**
   * Commits a request under the cache. One whose answer is there needs no worker. A worker that is given any other
   * looks again, under the lock of its key, and runs it only if no other does.
   */
  private async acceptCached(
    request: NewRequest & CachedRecord,
    urgent: boolean,
  ): Promise<Acceptance> {
    const hit = await this.cached.acceptHit(request);
    if (hit !== null) {
      return orThrow(hit);
    }
    const isDirect = urgent && this.direct?.ready === true && request.body.length <= LARGE_BYTES;
    const started = isDirect ? await this.startingCached.call(request) : 'refused';
    if (started instanceof DatabaseError) {
      throw started;
    }
    return typeof started === 'string'
      ? orThrow(await this.cached.accept(request, started === 'unknown'))
      : started;
  }

  /** Accepts large requests. A body is sealed only in its turn, so that until then memory holds it once. */
  private async queueLarge(requests: readonly NewRequest[]): Promise<(Acceptance | Error)[]> {
    const sealed = requests.map(async (request) => {
      const payload = await sealLargePayload(this.keys, request);
      // The client library copies what it sends, so the plain body is dropped first.
      request.body = NO_BODY;
      return { request, payload, inDoubt: false };
    });
    return this.queueGroup(await Promise.all(sealed));
  }

  /** Commits a group. */
  private async queueGroup(items: readonly Pending[]): Promise<(Acceptance | Error)[]> {
    if (items.some(({ request }) => isBounded(request))) {
      const commit = (): Promise<Acceptance[]> => acceptBounded(this.pool, items, ACCEPT_ONLY);
      return [...(await commitGroup(items, commit, (fault) => this.noteFault(fault)))];
    }
    // A request that commits alone delays no others with the lock that NOTIFY takes.
    const alone = items.length === 1 ? this.notifying : null;
    const commit = (): Promise<Acceptance[]> => acceptGroup(this.pool, items, alone ?? ACCEPT_ONLY);
    return [...(await commitGroup(items, commit, (fault) => this.noteFault(fault)))];
  }

  private noteFault(fault: DatabaseError | null): void {
    if (fault === null) {
      this.storageFullAt = null;
    } else if (fault.isStorageFull) {
      this.storageFullAt = performance.now();
    }
  }
}

function orThrow(accepted: Acceptance | Error): Acceptance {
  if (accepted instanceof Error) {
    throw accepted;
  }
  return accepted;
}
