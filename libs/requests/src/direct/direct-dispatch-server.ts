import { setImmediate as nextTurn } from 'node:timers/promises';

import { SlotMap } from '@reqrun/platform/collections';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool, toDatabaseError } from '@reqrun/platform/database';
import { Batcher } from '@reqrun/platform/batching';
import { type Frame, type IpcConnection, IpcServer } from '@reqrun/platform/ipc';

import type { BlobBytes } from '../sql/batch-parameters.js';
import {
  ACCEPT_GROUPING,
  acceptGroup,
  type AcceptStatement,
  sealPayload,
  UncertainCommit,
} from '../lifecycle/accept-group.js';
import { acceptBounded } from '../lifecycle/accept-bounded.js';
import {
  acceptCached,
  type CachedStatement,
  isCached,
  type SealedCached,
} from '../lifecycle/accept-cached.js';
import type { Claim } from '../lifecycle/claim.js';
import type { DispatchCaller, DispatchOutcome, DispatchResult } from '../lifecycle/dispatch.js';
import type { Acceptance, NewRequest, SealedRequest } from '../lifecycle/new-request.js';
import { isBounded } from '../lifecycle/open-rooms.js';
import type { FrameHub } from '../streams/frame-hub.js';
import {
  ACCEPT_AND_CLAIM,
  ACCEPT_AND_CLAIM_CACHED,
  FIRST_CLAIM,
} from '../sql/transitions/index.js';
import {
  fromWireRequest,
  isDispatched,
  PROTOCOL,
  type DispatchMessage,
  type DispatchReply,
  type FollowMessage,
  toWireDispatchOutcome,
} from './protocol.js';

/** Slots that are reserved for requests which are about to start. */
export interface Room {
  /** True for each request that has a slot, in their order: a tenant may already have its share. */
  readonly granted: readonly boolean[];
  /** Gives the slots back. */
  giveBack(): void;
}

/** Parts and settings of the server. */
export interface DirectDispatchServerOptions {
  pool: Pool;
  /** Seals payloads. */
  keys: DataKeyRing;
  workerId: string;
  /** Lease of a request, in ms. */
  leaseMs: number;
  /** Folder of the socket. */
  directory: string;
  /**
   * Reserves slots for requests that are about to start.
   *
   * @returns null when there is none
   */
  reserve: (requests: readonly NewRequest[]) => Promise<Room | null>;
  /** Runs a started request; called before its reserved slot is given back. */
  run: (claim: Claim) => void;
  /** Shows frames to the processes that follow them. */
  hub?: FrameHub;
}

/**
 * Receives requests from API processes of the same machine, without a claim and without a notification. It
 * accepts and claims them in one commit. After that they are like any others.
 */
export class DirectDispatchServer {
  private readonly host: IpcServer;
  /** Groups that are being committed, by number. */
  private readonly underWay = new SlotMap<number, Promise<void>>();
  private groups = 0;
  private readonly ends: { link: IpcConnection; ends: DispatchResult[] }[] = [];
  /** Batches groups: those that arrive during a commit share the next one, from whatever process. */
  private readonly committing: Batcher<SealedRequest, Acceptance>;
  /** Those of projects with a bound wait for a lock, and others must not wait with them. */
  private readonly bounded: Batcher<SealedRequest, Acceptance>;
  /** Those under the cache, which wait for the locks of their keys. */
  private readonly cached: Batcher<SealedCached, Acceptance>;

  /** @param options the parts and settings */
  constructor(private readonly options: DirectDispatchServerOptions) {
    const name = `${PROTOCOL}${options.workerId.slice(0, 6)}`;
    this.host = new IpcServer(
      options.directory,
      name,
      (link, frame) => this.arrived(link, frame),
      (link) => options.hub?.unfollow(link),
    );
    this.committing = new Batcher<SealedRequest, Acceptance>({
      ...ACCEPT_GROUPING,
      run: (sealed) => acceptGroup(options.pool, sealed, this.statement),
    });
    this.bounded = new Batcher<SealedRequest, Acceptance>({
      ...ACCEPT_GROUPING,
      run: (sealed) => acceptBounded(options.pool, sealed, this.statement),
    });
    this.cached = new Batcher<SealedCached, Acceptance>({
      ...ACCEPT_GROUPING,
      run: (sealed) => acceptCached(options.pool, sealed, this.cachedStatement),
    });
  }

  /**
   * Starts to listen.
   *
   * @throws when the socket can't be opened
   */
  start(): Promise<void> {
    return this.host.start();
  }

  /** Resolves when every committed request runs and no commit is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Closes all connections once the last results are sent. */
  async stop(): Promise<void> {
    await this.settled();
    this.flush();
    await this.host.stop();
  }

  private arrived(link: IpcConnection, { message, blobs }: Frame): void {
    const said = message as DispatchMessage | FollowMessage;
    if (said.kind !== 'start') {
      this.follow(link, said);
      return;
    }
    const number = (this.groups += 1);
    const working = this.startGroup(link, said, blobs)
      // The message was not of this protocol.
      .catch(() => link.destroy())
      .finally(() => this.underWay.delete(number));
    this.underWay.set(number, working);
  }

  private follow(link: IpcConnection, { kind, ids }: FollowMessage): void {
    if (kind === 'follow') {
      this.options.hub?.follow(link, ids);
    } else {
      this.options.hub?.unfollow(link, ids);
    }
  }

  private async startGroup(
    link: IpcConnection,
    { group, items }: DispatchMessage,
    bodies: readonly Buffer[],
  ): Promise<void> {
    const requests = items.flatMap((item, index) => {
      const body = bodies[index];
      return body === undefined ? [] : [fromWireRequest(item, body)];
    });
    if (requests.length !== items.length) {
      throw new RangeError('a start without all of its bodies');
    }
    const room = await this.options.reserve(requests);
    try {
      const outcomes =
        room === null
          ? requests.map((): DispatchOutcome => 'refused')
          : await this.startGranted(link, requests, room);
      link.send({
        message: { group, outcomes: outcomes.map(toWireDispatchOutcome) } satisfies DispatchReply,
        blobs: [],
      });
      // After this turn of the event loop the started requests run and hold their own slots.
      await nextTurn();
    } finally {
      room?.giveBack();
    }
  }

  private async startGranted(
    link: IpcConnection,
    requests: readonly NewRequest[],
    { granted }: Room,
  ): Promise<DispatchOutcome[]> {
    if (!granted.includes(false)) {
      return this.startAll(link, requests);
    }
    const started = await this.startAll(
      link,
      requests.filter((_, index) => granted[index]),
    );
    return granted.map((has) => (has ? started.shift() : undefined) ?? 'lane_full');
  }

  private async startAll(
    link: IpcConnection,
    requests: readonly NewRequest[],
  ): Promise<DispatchOutcome[]> {
    const sealed = await Promise.all(
      requests.map(async (request) => ({
        request,
        payload: await sealPayload(this.options.keys, request).catch(toDatabaseError),
      })),
    );
    return Promise.all(
      this.committing.together(() =>
        this.bounded.together(() =>
          this.cached.together(() =>
            sealed.map(({ request, payload }) => this.startOne(link, request, payload)),
          ),
        ),
      ),
    );
  }

  private async startOne(
    link: IpcConnection,
    request: NewRequest,
    payload: BlobBytes | DatabaseError,
  ): Promise<DispatchOutcome> {
    try {
      if (payload instanceof DatabaseError) {
        throw payload;
      }
      const outcome = await this.commit(request, payload);
      if (isDispatched(outcome)) {
        // The reply goes first, so that the next group can arrive while these calls are made.
        setImmediate(() => this.options.run(claimOf(request, this.callerOf(link, request))));
      }
      return outcome;
    } catch (error) {
      if (error instanceof DatabaseError && error.kind !== 'unavailable') {
        return error;
      }
      return error instanceof UncertainCommit ? 'unknown' : 'refused';
    }
  }

  private commit(request: NewRequest, payload: BlobBytes): Promise<Acceptance> {
    if (isCached(request)) {
      return this.cached.call({ request, payload });
    }
    const committing = isBounded(request) ? this.bounded : this.committing;
    return committing.call({ request, payload });
  }

  private get cachedStatement(): CachedStatement {
    return { ...this.statement, name: 'requests-start-cached', text: ACCEPT_AND_CLAIM_CACHED };
  }

  private get statement(): AcceptStatement {
    const { workerId, leaseMs } = this.options;
    return {
      place: 'start',
      name: 'requests-start',
      statements: ACCEPT_AND_CLAIM,
      extra: [workerId, leaseMs],
      initialState: { status: 'processing', attempts: FIRST_CLAIM.attempts },
      notified: true,
    };
  }

  private callerOf(link: IpcConnection, request: NewRequest): DispatchCaller {
    return {
      isSoleWaiter: request.idempotencyKey === null,
      ended: (end) => {
        if (!link.open) {
          return false;
        }
        this.deliver(link, end);
        return true;
      },
    };
  }

  /** Queues a result. Results of the same turn of the event loop are sent together. */
  private deliver(link: IpcConnection, end: DispatchResult): void {
    if (this.ends.length === 0) {
      setImmediate(() => this.flush());
    }
    const ofLink = this.ends.find((one) => one.link === link);
    if (ofLink === undefined) {
      this.ends.push({ link, ends: [end] });
    } else {
      ofLink.ends.push(end);
    }
  }

  private flush(): void {
    for (const { link, ends } of this.ends.splice(0)) {
      link.send({
        message: { kind: 'ended', ends: ends.map(({ end }) => end) },
        blobs: ends.map(({ body }) => body),
      });
    }
  }
}

/** Returns the claim that ACCEPT_AND_CLAIM, or ACCEPT_AND_CLAIM_CACHED, has made. */
function claimOf(request: NewRequest, caller: DispatchCaller): Claim {
  const { id, projectId, mode, endpoint, policy, headers, body, fallbackParams, trace } = request;
  return {
    id,
    projectId,
    mode,
    endpoint,
    model: policy.plan?.[0]?.model ?? request.model,
    fence: FIRST_CLAIM.fence,
    attempt: FIRST_CLAIM.attempts,
    callNumber: FIRST_CLAIM.callNumber,
    round: FIRST_CLAIM.round,
    policy,
    planAt: 0,
    retriesUsed: 0,
    boundedFailures: 0,
    msUntilDeadline: policy.deadlineMs,
    claimLagMs: 0,
    ciphertext: null,
    sealedBytes: 0,
    response: undefined,
    content: {
      headers,
      body,
      ...(fallbackParams !== undefined && { fallbackParams }),
      ...(trace !== undefined && { trace }),
    },
    caller,
  };
}
