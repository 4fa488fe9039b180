import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool, toDatabaseError } from '@reqrun/platform/database';
import { GroupedCall } from '@reqrun/platform/grouping';

import { bytesOf } from '../blob-pack.js';
import type { DirectStarter } from '../direct/direct-starter.js';
import { ACCEPT, acceptAndRing } from '../sql/transitions.js';
import { acceptGroup, type AcceptStatement, sealPayload, UncertainCommit } from './accept-group.js';
import {
  type Acceptance,
  compareKeys,
  type NewRequest,
  type SealedRequest,
} from './new-request.js';

/** A request on its way into the table. */
interface Pending extends SealedRequest {
  /** A worker was given it and did not say what came of it: it may be in the table already. */
  inDoubt: boolean;
}

/** Why no worker has accepted it. */
type NotStarted = 'refused' | 'unknown';

const MAX_GROUP = 256;
const MAX_GROUP_BYTES = 8 * 1024 * 1024;
/** How long a commit whose answer was lost is sent again before the client hears of it. */
const RESEND_DELAYS_MS = [50, 150, 400, 1_000, 2_000];

const ACCEPT_ONLY: AcceptStatement = {
  place: 'accept',
  statement: { name: 'requests-accept', text: ACCEPT },
  extra: [],
  standing: { status: 'queued', attempts: 0 },
  rung: false,
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
   * The channel to ring on within the commit of a request that comes alone; null leaves all ringing
   * to the caller.
   */
  doorbell?: string | null;
  /** Workers that can be given requests without going by the table; null where there are none. */
  direct?: DirectStarter | null;
}

/** Accepts requests durably; those that arrive close in time share a commit. */
export class RequestAcceptor {
  private readonly queueing: GroupedCall<Pending, Acceptance>;
  private readonly starting: GroupedCall<NewRequest, Acceptance | NotStarted>;
  private readonly direct: DirectStarter | null;
  private readonly limits: PendingLimits;
  private readonly ringing: AcceptStatement | null;

  /**
   * @param pool the database
   * @param keys what payloads are sealed with
   * @param options what else it works with
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    { limits, doorbell = null, direct = null }: RequestAcceptorOptions,
  ) {
    this.limits = limits;
    this.direct = direct;
    this.ringing =
      doorbell === null
        ? null
        : {
            ...ACCEPT_ONLY,
            statement: { name: 'requests-accept-and-ring', text: acceptAndRing(doorbell) },
            rung: true,
          };
    const grouping = {
      maxItems: MAX_GROUP,
      maxBytes: MAX_GROUP_BYTES,
      isItemError: (error: unknown) => error instanceof DatabaseError && error.kind === 'data',
      isTransient: (error: unknown) => error instanceof DatabaseError && error.kind === 'conflict',
    };
    this.queueing = new GroupedCall<Pending, Acceptance>({
      ...grouping,
      sizeOf: ({ payload }) => bytesOf(payload),
      compare: (a, b) => compareKeys(a.request, b.request),
      run: (items) => this.queueGroup(items),
    });
    this.starting = new GroupedCall<NewRequest, Acceptance | NotStarted>({
      ...grouping,
      sizeOf: ({ body }) => body.length,
      compare: compareKeys,
      run: (items) => this.startGroup(items),
    });
  }

  /**
   * Whether taking one more call is more than this process should hold. One alone is always taken,
   * whatever its size.
   *
   * @param bytes of its body
   * @param arriving bytes of other bodies that are still being read
   */
  isFull(bytes: number, arriving = 0): boolean {
    const held = this.queueing.pendingBytes + this.starting.pendingBytes + arriving;
    const waiting = this.queueing.pendingItems + this.starting.pendingItems;
    return waiting >= this.limits.calls || (held > 0 && held + bytes > this.limits.bytes);
  }

  /**
   * Commits a request, or finds the one that its idempotency key belongs to. Only what this
   * resolves with may be told to a client.
   *
   * @param request what to accept
   * @param urgent somebody waits for its end: it is given to a worker directly where one has room
   * @throws DatabaseError of kind `unavailable` when it was not accepted, AcceptanceUnknownError when
   *   it may have been
   */
  async accept(request: NewRequest, urgent = false): Promise<Acceptance> {
    const started =
      urgent && this.direct?.ready === true ? await this.starting.call(request) : 'refused';
    // What no worker did is done here: the id is the same, so it can't be done twice.
    if (started !== 'refused' && started !== 'unknown') {
      return started;
    }
    const payload = await sealPayload(this.keys, request);
    return this.queueing.call({ request, payload, inDoubt: started === 'unknown' });
  }

  private async startGroup(items: readonly NewRequest[]): Promise<(Acceptance | NotStarted)[]> {
    const outcome = await this.direct?.start(items);
    return outcome?.kind === 'started'
      ? outcome.acceptances
      : items.map(() => outcome?.kind ?? 'refused');
  }

  private async queueGroup(items: readonly Pending[]): Promise<Acceptance[]> {
    let inDoubt = items.some((item) => item.inDoubt);
    for (let tries = 0; ; tries += 1) {
      try {
        // One that commits alone holds up nobody with the lock that NOTIFY takes.
        const alone = items.length === 1 ? this.ringing : null;
        return await acceptGroup(this.pool, items, alone ?? ACCEPT_ONLY);
      } catch (error) {
        const reason = error instanceof UncertainCommit ? error.reason : toDatabaseError(error);
        inDoubt ||= error instanceof UncertainCommit;
        const delay = RESEND_DELAYS_MS[tries];
        if (!inDoubt || reason.kind !== 'unavailable') {
          throw reason;
        }
        // Once a commit is in doubt, that the database can't be reached answers nothing.
        if (delay === undefined) {
          throw new AcceptanceUnknownError();
        }
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }
}
