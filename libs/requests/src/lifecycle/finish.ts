import type {
  AttemptDecision,
  AttemptOutcome,
  ErrorDetail,
  RequestStatus,
} from '@reqrun/contracts';
import { LARGE_BYTES } from '@reqrun/platform/budget';
import type { DataKeyRing } from '@reqrun/platform/crypto';
import { type Pool, run, type Statement, toDatabaseError } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import { Batcher } from '@reqrun/platform/batching';

import {
  type BlobBytes,
  bytesOf,
  compareUuids,
  packBlobs,
  pgArrayLiteral,
  STATEMENT_GROUPS,
} from '../sql/batch-parameters.js';
import { type ContentHead, packContent } from '../content/content-frame.js';
import {
  FINISH,
  FINISH_CACHED,
  FINISH_CACHED_STREAMS,
  FINISH_STREAMS,
  finishAndNotify,
  finishCachedAndNotify,
  READ_ATTEMPT_OUTCOMES,
} from '../sql/transitions/index.js';
import { sealedBytes, type SealedBatch } from '../content/sealed-batch.js';
import { answeredByOf, type Claim } from './claim.js';
import type { DispatchResult } from './dispatch.js';

/** The end of an attempt, and the decision that follows. */
export interface AttemptResult {
  claim: Claim;
  /** Next status of the record. */
  status: 'completed' | 'failed' | 'retrying';
  /** Error code of this attempt; null unless it failed. */
  errorCode: string | null;
  /** Cause of the error code, where there is something to add. */
  errorDetail: ErrorDetail | null;
  /** Error code of the record when it failed for good; not always that of the attempt. */
  recordErrorCode: string | null;
  httpStatus: number | null;
  providerRequestId: string | null;
  decision: AttemptDecision;
  /** Name of the provider that was called; null where none could be. */
  provider: string | null;
  /** Model that follows by a fallback; null where none does. */
  next: { model: string; planAt: number } | null;
  /** Token counts, never text. */
  usage: Readonly<Record<string, unknown>> | null;
  /** Id under which the provider keeps the answer; null where its endpoint has none. */
  answerId: string | null;
  /** Whether identical requests may get the answer as well; only for a request under the cache. */
  isCacheable: boolean;
  /** The provider's answer, for the caller. */
  result: { head: ContentHead; body: Buffer } | null;
  /** The log of an attempt that has streamed, which this closes; absent where there is none. */
  stream?: ClosedLog | undefined;
}

/** End of a log. */
export interface ClosedLog {
  log: number;
  /** Number of its frames. */
  frames: number;
  /** The frames that are not committed yet; null where there are none. */
  last: SealedBatch | null;
}

/** Outcome of committing the end of an attempt. */
export type CommitResult =
  | {
      kind: 'committed';
      status: RequestStatus;
      errorCode: string | null;
      /** The request's end as committed; absent where it has to be read from the table. */
      end?: DispatchResult | undefined;
      /** The commit itself has notified the waiting callers, if the request has ended. */
      notified?: true | undefined;
      /** Whether requests may wait for the answer; absent where that is not known. */
      hasFollowers?: boolean | undefined;
    }
  /** The request was canceled, reaped, or ended by its deadline meanwhile: nothing was written. */
  | { kind: 'fenced' };

interface Sealed {
  end: AttemptResult;
  result: BlobBytes | null;
}

/** Key of an attempt. */
interface AttemptKey {
  id: string;
  number: number;
}

const NOTHING = Buffer.alloc(0);

const FINISH_ONLY: Statement = { name: 'requests-finish', text: FINISH };
/** For groups of requests under the cache. */
const FINISH_INTO_CACHE: Statement = { name: 'requests-finish-cached', text: FINISH_CACHED };
const FINISH_LOGS_INTO_CACHE: Statement = {
  name: 'requests-finish-cached-streams',
  text: FINISH_CACHED_STREAMS,
};
const FINISH_WITH_LOGS: Statement = { name: 'requests-finish-streams', text: FINISH_STREAMS };

/** Commits the ends of attempts. Those that end close in time share a commit. */
export class AttemptFinisher {
  private readonly group: Batcher<Sealed, CommitResult>;
  /** Attempts that have streamed: their statement has more to write, which others need not pay for. */
  private readonly streams: Batcher<Sealed, CommitResult>;
  /** Large answers are committed one at a time and alone, so that small ones never wait for them. */
  private readonly large: Batcher<AttemptResult, CommitResult>;
  private readonly notifying: Statement | null;
  private readonly notifyingCached: Statement | null;

  /**
   * @param pool the database
   * @param keys the data keys of results
   * @param finished the channel that is notified within the commit of an attempt that ends alone;
   *   null leaves all notifications to the caller
   */
  constructor(
    private readonly pool: Pool,
    private readonly keys: DataKeyRing,
    finished: string | null = null,
  ) {
    this.notifying =
      finished === null
        ? null
        : { name: 'requests-finish-and-notify', text: finishAndNotify(finished) };
    this.notifyingCached =
      finished === null
        ? null
        : { name: 'requests-finish-cached-and-notify', text: finishCachedAndNotify(finished) };
    const grouping = {
      ...STATEMENT_GROUPS,
      run: (items: readonly Sealed[]) => this.finishGroup(items),
      sizeOf: ({ end, result }: Sealed) =>
        (result === null ? 0 : bytesOf(result)) +
        (end.stream?.last == null ? 0 : sealedBytes(end.stream.last)),
      compare: (a: Sealed, b: Sealed) => compareUuids(a.end.claim.id, b.end.claim.id),
    };
    this.group = new Batcher<Sealed, CommitResult>(grouping);
    this.streams = new Batcher<Sealed, CommitResult>(grouping);
    this.large = new Batcher<AttemptResult, CommitResult>({
      ...STATEMENT_GROUPS,
      maxItems: 1,
      run: (ends) => this.finishLarge(ends),
    });
  }

  /**
   * Commits the end of an attempt, if its worker still owns the request. May be called again with the same
   * end when the answer was lost.
   *
   * @param end the end of the attempt
   * @throws DatabaseError of kind `unavailable` when it is not known whether it was committed
   */
  async finish(end: AttemptResult): Promise<CommitResult> {
    const { claim, result } = end;
    if (isLarge(result)) {
      return this.large.call(end);
    }
    const sealed =
      result === null
        ? null
        : await this.keys
            .sealInParts(
              claim.projectId,
              claim.id,
              'result',
              ...packContent(result.head, result.body),
            )
            .catch((error: unknown) => {
              throw toDatabaseError(error);
            });
    const group = end.stream === undefined ? this.group : this.streams;
    return group.call({ end, result: sealed });
  }

  /** Commits large answers. An answer is sealed only in its turn, so that until then memory holds it once. */
  private async finishLarge(ends: readonly AttemptResult[]): Promise<CommitResult[]> {
    const sealed = await Promise.all(ends.map((end) => this.sealGradually(end)));
    return this.finishGroup(sealed);
  }

  private async sealGradually(end: AttemptResult): Promise<Sealed> {
    const { claim, result } = end;
    if (result === null) {
      return { end, result: null };
    }
    const parts = packContent(result.head, result.body);
    try {
      const { projectId, id } = claim;
      return { end, result: await this.keys.sealGradually(projectId, id, 'result', ...parts) };
    } catch (error) {
      throw toDatabaseError(error);
    }
  }

  private async finishGroup(items: readonly Sealed[]): Promise<CommitResult[]> {
    // An attempt that is in the group twice is written once; the second end finds it written.
    const once = firstOf(items, ({ end }) => keyOfClaim(end.claim));
    const ends = once.map(({ end }) => end);
    const results = packBlobs(once.map(({ result }) => result));
    // An attempt that commits alone delays no others with the lock that NOTIFY takes.
    const isCached = ends.some(({ claim }) => claim.policy.cache != null);
    const hasLogs = ends.some(({ stream }) => stream !== undefined);
    const notifying =
      ends.length === 1 && !hasLogs && ends[0]?.claim.caller?.isSoleWaiter !== true
        ? isCached
          ? this.notifyingCached
          : this.notifying
        : null;
    failpoint('finish.before');
    const [row] = await run<{ written: number; overdue: string[] | null; has_followers?: boolean }>(
      this.pool,
      notifying ?? statementOf(isCached, hasLogs) ?? FINISH_ONLY,
      [
        pgArrayLiteral(ends.map(({ claim }) => claim.id)),
        pgArrayLiteral(ends.map(({ claim }) => claim.fence)),
        pgArrayLiteral(ends.map(({ status }) => status)),
        pgArrayLiteral(ends.map(outcomeOf)),
        pgArrayLiteral(ends.map(({ errorCode }) => errorCode)),
        pgArrayLiteral(ends.map(({ recordErrorCode }) => recordErrorCode)),
        pgArrayLiteral(ends.map(({ httpStatus }) => httpStatus)),
        ends.map(({ providerRequestId }) => providerRequestId),
        pgArrayLiteral(ends.map(({ decision }) => decision.action)),
        pgArrayLiteral(ends.map(({ decision }) => decision.reason)),
        pgArrayLiteral(ends.map(({ decision }) => decision.delay_ms)),
        pgArrayLiteral(ends.map(({ decision }) => decision.delay_source)),
        ends.map(({ usage }) => (usage === null ? null : JSON.stringify(usage))),
        pgArrayLiteral(results.offsets),
        pgArrayLiteral(results.lengths),
        results.all,
        pgArrayLiteral(ends.map(({ errorDetail }) => errorDetail)),
        ends.map(({ answerId }) => answerId),
        ends.map(({ provider }) => provider),
        ends.map(({ next }) => next?.model ?? null),
        pgArrayLiteral(ends.map(({ next }) => next?.planAt ?? null)),
        ...(hasLogs ? logParameters(ends) : []),
        ...(isCached ? [pgArrayLiteral(ends.map((end) => (end.isCacheable ? 't' : 'f')))] : []),
      ],
    );
    failpoint('finish.after');
    if (row?.written !== items.length) {
      return this.readWritten(items.map(({ end }) => end));
    }
    const notified = notifying === null ? undefined : true;
    const overdue = new Set(row.overdue);
    const hasFollowers = row.has_followers;
    return ends.map((end) =>
      overdue.has(end.claim.id)
        ? {
            kind: 'committed',
            status: 'failed',
            errorCode: 'deadline_exceeded',
            end: undefined,
            notified,
            hasFollowers,
          }
        : {
            kind: 'committed',
            status: end.status,
            errorCode: end.recordErrorCode,
            end: endedAsDecided(end),
            notified,
            hasFollowers,
          },
    );
  }

  /**
   * Reads the outcome of a group that was not written completely: some workers had lost their requests, or an
   * earlier try has committed them and its answer was lost. Only the attempt's owner writes `succeeded`, or
   * `failed` with the attempt's own error. The record may have changed since.
   */
  private async readWritten(ends: readonly AttemptResult[]): Promise<CommitResult[]> {
    const rows = await run<
      AttemptKey & {
        outcome: AttemptOutcome;
        error_code: string | null;
        decision_reason: string | null;
      }
    >(this.pool, { name: 'requests-read-outcomes', text: READ_ATTEMPT_OUTCOMES }, [
      ends.map(({ claim }) => claim.id),
      ends.map(({ claim }) => claim.attempt),
    ]);
    const byKey = new Map(rows.map((row) => [keyOf(row), row]));
    return ends.map((end) => {
      const row = byKey.get(keyOfClaim(end.claim));
      if (row?.outcome !== outcomeOf(end) || row.error_code !== end.errorCode) {
        return { kind: 'fenced' };
      }
      return row.decision_reason === end.decision.reason
        ? { kind: 'committed', status: end.status, errorCode: end.recordErrorCode }
        : { kind: 'committed', status: 'failed', errorCode: row.decision_reason };
    });
  }
}

/** The statement of a group with more to write than FINISH; null for any other. */
function statementOf(isCached: boolean, hasLogs: boolean): Statement | null {
  if (hasLogs) {
    return isCached ? FINISH_LOGS_INTO_CACHE : FINISH_WITH_LOGS;
  }
  return isCached ? FINISH_INTO_CACHE : null;
}

/** $22 to $28 of FINISH_STREAMS. */
function logParameters(ends: readonly AttemptResult[]): unknown[] {
  const last = ends.map(({ stream }) => stream?.last ?? null);
  const batches = packBlobs(last.map((batch) => batch?.blob ?? null));
  return [
    pgArrayLiteral(ends.map(({ stream }) => stream?.log ?? null)),
    pgArrayLiteral(ends.map(({ stream }) => stream?.frames ?? null)),
    pgArrayLiteral(last.map((batch) => batch?.from ?? null)),
    pgArrayLiteral(last.map((batch) => batch?.frames ?? null)),
    pgArrayLiteral(batches.offsets),
    pgArrayLiteral(batches.lengths),
    batches.all,
  ];
}

/** Returns the end of a request that was written as decided. A deadline that passes meanwhile changes it. */
function endedAsDecided({
  claim,
  status,
  provider,
  recordErrorCode: errorCode,
  httpStatus,
  result,
}: AttemptResult): DispatchResult | undefined {
  // A large answer is fetched by the process with the waiting caller, when there is memory for it.
  // Readers of a stream have its frames, and look for its end.
  if (
    status === 'retrying' ||
    errorCode === 'deadline_exceeded' ||
    isLarge(result) ||
    claim.policy.stream !== undefined
  ) {
    return undefined;
  }
  const end = {
    id: claim.id,
    status,
    attempts: claim.attempt,
    answeredBy: answeredByOf(claim, provider),
    errorCode,
    httpStatus: errorCode === null ? null : httpStatus,
    head: result?.head ?? null,
  };
  return { end, body: result?.body ?? NOTHING };
}

const isLarge = (result: AttemptResult['result']): boolean =>
  result !== null && result.body.length > LARGE_BYTES;

const outcomeOf = ({ status }: AttemptResult): AttemptOutcome =>
  status === 'completed' ? 'succeeded' : 'failed';

/** Returns the key of an attempt. A group can have two of one request: a lost one and its successor. */
const keyOf = ({ id, number }: AttemptKey): string => `${id} ${number}`;

const keyOfClaim = ({ id, attempt }: Claim): string => keyOf({ id, number: attempt });

function firstOf<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    const first = !seen.has(key);
    seen.add(key);
    return first;
  });
}
