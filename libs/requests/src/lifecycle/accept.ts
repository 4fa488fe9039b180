import { LARGE_BYTES } from '@reqrun/platform/budget';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool, toDatabaseError } from '@reqrun/platform/database';
import { Batcher } from '@reqrun/platform/batching';

import { STATEMENT_GROUPS } from '../sql/batch-parameters.js';
import { ACCEPT, acceptAndNotify } from '../sql/transitions/index.js';
import {
  ACCEPT_GROUPING,
  acceptGroup,
  type AcceptStatement,
  sealLargePayload,
  sealPayload,
  UncertainCommit,
} from './accept-group.js';
import type { DirectDispatch, DispatchOutcome } from './dispatch.js';
import type { Acceptance, NewRequest, SealedRequest } from './new-request.js';

/** A request on its way into the table. */
interface Pending extends SealedRequest {
  /** A worker was given it and did not say what came of it: it may be in the table already. */
  inDoubt: boolean;
}

/** Delays in ms after which a commit whose answer was lost is sent again before the client is told. */
const RESEND_DELAYS_MS = [50, 150, 400, 1_000, 2_000];

const ACCEPT_ONLY: AcceptStatement = {
  place: 'accept',
  name: 'requests-accept',
  statements: ACCEPT,
  extra: [],
  initialState: { status: 'queued', attempts: 0 },
  notified: false,
};

/** The database was lost during a commit and did not come back in time to be asked what came of it. */
export class AcceptanceUnknownError extends Error {
  override name = 'AcceptanceUnknownError';

  constructor() {
    super('the database was lost while a request was being committed');
  }
}

/** How much may wait to be committed in one process. */
export interface PendingLimits {
  /** Payload bytes, beyond which nothing more is taken. */
  bytes: number;
  /** Calls that wait for a group to take them. */
  calls: number;
}

/** What an acceptor works with besides the database. */
export interface RequestAcceptorOptions {
  /** How much may wait to be committed. */
  limits: PendingLimits;
  /**
   * Channel that is notified within the commit of a request that comes alone; null leaves all
   * notifications to the caller.
   */
  notifyChannel?: string | null;
  /** Workers that can be given requests without going by the table; null where there are none. */
  direct?: DirectDispatch | null;
}

const NO_BODY = Buffer.alloc(0);
/** A full disk is reported for so long, in ms, unless a request was accepted since. */
const STORAGE_FULL_MS = 10_000;

/** Accepts requests durably; requests that arrive close in time share a commit. */
export class RequestAcceptor {
  private readonly queueing: Batcher<Pending, Acceptance | Error>;
  /** Large bodies go one at a time, and nobody else with them: small ones never wait for them. */
  private readonly large: Batcher<NewRequest, Acceptance | Error>;
  private readonly starting: Batcher<NewRequest, DispatchOutcome>;
  private readonly direct: DirectDispatch | null;
  private readonly limits: PendingLimits;
  private readonly notifying: AcceptStatement | null;
  /** `performance.now()` of the last acceptance that found the disk full; null since one was taken. */
  private storageFullAt: number | null = null;

  /**
   * @param pool the database
   * @param keys what payloads are sealed with
   * @param options what else it works with
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
    this.queueing = new Batcher<Pending, Acceptance | Error>({
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
    this.starting = new Batcher<NewRequest, DispatchOutcome>({
      maxItems,
      maxBytes,
      sizeOf: ({ body }) => body.length,
      // One for each, so that a second worker has its share.
      concurrency: () => direct?.workerCount ?? 1,
      run: (items) => direct?.start(items) ?? Promise.resolve(items.map(() => 'refused')),
    });
  }

  /**
   * Tells whether the last acceptance found the database's disk full, within the last ten seconds: then it is
   * worth another try.
   */
  get isStorageFull(): boolean {
    return this.storageFullAt !== null && performance.now() - this.storageFullAt < STORAGE_FULL_MS;
  }

  /** Bytes of bodies that wait to be accepted. */
  get pendingBytes(): number {
    return this.queueing.pendingBytes + this.starting.pendingBytes + this.large.pendingBytes;
  }

  /**
   * Whether taking one more call is more than this process should hold. One alone is always taken,
   * whatever its size.
   *
   * @param bytes of its body
   * @param arriving bytes of other bodies that are still being read
   */
  isFull(bytes: number, arriving = 0): boolean {
    const held = this.pendingBytes + arriving;
    const waiting =
      this.queueing.pendingItems + this.starting.pendingItems + this.large.pendingItems;
    return waiting >= this.limits.calls || (held > 0 && held + bytes > this.limits.bytes);
  }

  /**
   * Commits a request, or finds the one that its idempotency key belongs to. A client may be told
   * only what this resolves with.
   *
   * @param request what to accept
   * @param urgent whether a caller waits for its end: it is dispatched directly where a worker has room
   * @throws DatabaseError of kind `unavailable` when it was not accepted, AcceptanceUnknownError when
   *   it may have been
   */
  async accept(request: NewRequest, urgent = false): Promise<Acceptance> {
    if (request.body.length > LARGE_BYTES) {
      return orThrow(await this.large.call(request));
    }
    const started =
      urgent && this.direct?.ready === true ? await this.starting.call(request) : 'refused';
    if (started instanceof DatabaseError) {
      throw started;
    }
    // What no worker did is done here: the id is the same, so it can't be done twice.
    if (typeof started !== 'string') {
      return started;
    }
    const payload = await sealPayload(this.keys, request);
    const inDoubt = started === 'unknown';
    return orThrow(await this.queueing.call({ request, payload, inDoubt }));
  }

  /** Sealed when its turn has come: until then it is held once. */
  private async queueLarge(requests: readonly NewRequest[]): Promise<(Acceptance | Error)[]> {
    const sealed = requests.map(async (request) => {
      const payload = await sealLargePayload(this.keys, request);
      // The client library makes copies of what it sends: the clear body need not be held beside them.
      request.body = NO_BODY;
      return { request, payload, inDoubt: false };
    });
    return this.queueGroup(await Promise.all(sealed));
  }

  /** What is in doubt is tried for a while, and the rest of its group with it; an error is of one only. */
  private async queueGroup(items: readonly Pending[]): Promise<(Acceptance | Error)[]> {
    let allInDoubt = false;
    for (let tries = 0; ; tries += 1) {
      try {
        // One that commits alone holds up nobody with the lock that NOTIFY takes.
        const alone = items.length === 1 ? this.notifying : null;
        const accepted = await acceptGroup(this.pool, items, alone ?? ACCEPT_ONLY);
        this.storageFullAt = null;
        return accepted;
      } catch (error) {
        const reason = error instanceof UncertainCommit ? error.reason : toDatabaseError(error);
        if (reason.isStorageFull) {
          this.storageFullAt = performance.now();
        }
        allInDoubt ||= error instanceof UncertainCommit;
        const someInDoubt = allInDoubt || items.some(({ inDoubt }) => inDoubt);
        if (!someInDoubt || reason.kind !== 'unavailable') {
          throw reason;
        }
        const delay = RESEND_DELAYS_MS[tries];
        if (delay === undefined) {
          // Once a commit is in doubt, that the database can't be reached answers nothing.
          return items.map(({ inDoubt }) =>
            allInDoubt || inDoubt ? new AcceptanceUnknownError() : reason,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }
}

function orThrow(accepted: Acceptance | Error): Acceptance {
  if (accepted instanceof Error) {
    throw accepted;
  }
  return accepted;
}
