import { setImmediate as nextTurn } from 'node:timers/promises';

import { TurnoverMap } from '@reqrun/platform/collections';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { DatabaseError, type Pool, toDatabaseError } from '@reqrun/platform/database';
import { GroupedCall } from '@reqrun/platform/grouping';
import { type Frame, type Link, LinkHost } from '@reqrun/platform/local-link';

import type { BlobBytes } from '../blob-pack.js';
import {
  ACCEPT_GROUPING,
  acceptGroup,
  type AcceptStatement,
  sealPayload,
  UncertainCommit,
} from '../life/accept-group.js';
import type { Claim, DirectCaller, Lane } from '../life/claim.js';
import type { Acceptance, NewRequest, SealedRequest } from '../life/new-request.js';
import { FIRST_CLAIM, START } from '../sql/transitions/index.js';
import {
  type DirectEnd,
  fromWireRequest,
  isStarted,
  PROTOCOL,
  type StartMessage,
  type StartOutcome,
  type StartReply,
  toWireOutcome,
} from './messages.js';

/** Room that is kept for requests which are about to be started. */
export interface Room {
  /** Those that have got some, in their order: the lane of another may have its share already. */
  readonly granted: readonly boolean[];
  /** Gives the room back. */
  giveBack(): void;
}

/** What the worker's side is made of. */
export interface DirectStartsOptions {
  pool: Pool;
  /** What payloads are sealed with. */
  keys: DataKeyRing;
  workerId: string;
  /** How long the worker owns a request without renewing. */
  leaseMs: number;
  /** Where the socket lies. */
  directory: string;
  /**
   * Keeps room for requests that are about to be started.
   *
   * @returns null when there is none
   */
  reserve: (lanes: readonly Lane[]) => Promise<Room | null>;
  /** Runs a request that was started; called before its room is given back. */
  run: (claim: Claim) => void;
}

/**
 * Requests that come to a worker from the API processes of its machine without going by the table and
 * the doorbell. They are accepted and claimed in one commit, and from then on are like any others.
 */
export class DirectStarts {
  private readonly host: LinkHost;
  /** Groups by their number. */
  private readonly underWay = new TurnoverMap<number, Promise<void>>();
  private groups = 0;
  private readonly ends: { link: Link; ends: DirectEnd[] }[] = [];
  /** Groups that come while others are being committed, whoever sent them, share the next commit. */
  private readonly committing: GroupedCall<SealedRequest, Acceptance>;

  /** @param options what it is made of */
  constructor(private readonly options: DirectStartsOptions) {
    const name = `${PROTOCOL}${options.workerId.slice(0, 6)}`;
    this.host = new LinkHost(options.directory, name, (link, frame) => this.arrived(link, frame));
    this.committing = new GroupedCall<SealedRequest, Acceptance>({
      ...ACCEPT_GROUPING,
      run: (sealed) => acceptGroup(options.pool, sealed, this.statement),
    });
  }

  /**
   * Begins to listen.
   *
   * @throws when the socket can't be opened
   */
  start(): Promise<void> {
    return this.host.start();
  }

  /** Resolves when nothing is being committed whose rows are not running yet. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  /** Ends all links, when what has ended was told. */
  async stop(): Promise<void> {
    await this.settled();
    this.flush();
    await this.host.stop();
  }

  private arrived(link: Link, { message, blobs }: Frame): void {
    const number = (this.groups += 1);
    const working = this.startGroup(link, message as StartMessage, blobs)
      // Whatever came, it was no message of ours.
      .catch(() => link.destroy())
      .finally(() => this.underWay.delete(number));
    this.underWay.set(number, working);
  }

  private async startGroup(
    link: Link,
    { group, items }: StartMessage,
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
          ? requests.map((): StartOutcome => 'refused')
          : await this.startGranted(link, requests, room);
      link.send({
        message: { group, outcomes: outcomes.map(toWireOutcome) } satisfies StartReply,
        blobs: [],
      });
      // By then what was started runs, and takes the room.
      await nextTurn();
    } finally {
      room?.giveBack();
    }
  }

  private async startGranted(
    link: Link,
    requests: readonly NewRequest[],
    { granted }: Room,
  ): Promise<StartOutcome[]> {
    if (!granted.includes(false)) {
      return this.startAll(link, requests);
    }
    const started = await this.startAll(
      link,
      requests.filter((_, index) => granted[index]),
    );
    return granted.map((has) => (has ? started.shift() : undefined) ?? 'lane_full');
  }

  private async startAll(link: Link, requests: readonly NewRequest[]): Promise<StartOutcome[]> {
    const sealed = await Promise.all(
      requests.map(async (request) => ({
        request,
        payload: await sealPayload(this.options.keys, request).catch(toDatabaseError),
      })),
    );
    return Promise.all(
      this.committing.together(() =>
        sealed.map(({ request, payload }) => this.startOne(link, request, payload)),
      ),
    );
  }

  private async startOne(
    link: Link,
    request: NewRequest,
    payload: BlobBytes | DatabaseError,
  ): Promise<StartOutcome> {
    try {
      if (payload instanceof DatabaseError) {
        throw payload;
      }
      const outcome = await this.committing.call({ request, payload });
      if (isStarted(outcome)) {
        // First the reply: the next group comes while the calls of this one go out.
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

  private get statement(): AcceptStatement {
    const { workerId, leaseMs } = this.options;
    return {
      place: 'start',
      name: 'requests-start',
      statements: START,
      extra: [workerId, leaseMs],
      standing: { status: 'processing', attempts: FIRST_CLAIM.attempts },
      rung: true,
    };
  }

  private callerOf(link: Link, request: NewRequest): DirectCaller {
    return {
      alone: request.idempotencyKey === null,
      ended: (end) => {
        if (!link.open) {
          return false;
        }
        this.tell(link, end);
        return true;
      },
    };
  }

  /** What ends in the same turn of the event loop is told together. */
  private tell(link: Link, end: DirectEnd): void {
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

/** What START has made of a record. */
function claimOf(request: NewRequest, caller: DirectCaller): Claim {
  const { id, projectId, mode, endpoint, model, policy, headers, body } = request;
  return {
    id,
    projectId,
    mode,
    endpoint,
    model,
    fence: FIRST_CLAIM.fence,
    attempt: FIRST_CLAIM.attempts,
    callNumber: FIRST_CLAIM.callNumber,
    round: FIRST_CLAIM.round,
    policy,
    retriesUsed: 0,
    boundedFailures: 0,
    msUntilDeadline: policy.deadlineMs,
    claimLagMs: 0,
    ciphertext: null,
    sealedBytes: 0,
    content: { headers, body },
    caller,
  };
}
