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
import { FINISH, finishAndNotify, READ_ATTEMPT_OUTCOMES } from '../sql/transitions/index.js';
import type { Claim } from './claim.js';
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
  /** Token counts, never text. */
  usage: Readonly<Record<string, unknown>> | null;
  /** Id under which the provider keeps the answer; null where its endpoint has none. */
  answerId: string | null;
  /** The provider's answer, for the caller. */
  result: { head: ContentHead; body: Buffer } | null;
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

/** Commits the ends of attempts. Those that end close in time share a commit. */
export class AttemptFinisher {
  private readonly group: Batcher<Sealed, CommitResult>;
  /** Large answers are committed one at a time and alone, so that small ones never wait for them. */
  private readonly large: Batcher<AttemptResult, CommitResult>;
  private readonly notifying: Statement | null;

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
    this.group = new Batcher<Sealed, CommitResult>({
      ...STATEMENT_GROUPS,
      run: (items) => this.finishGroup(items),
      sizeOf: ({ result }) => (result === null ? 0 : bytesOf(result)),
      compare: (a, b) => compareUuids(a.end.claim.id, b.end.claim.id),
    });
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
    return this.group.call({ end, result: sealed });
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
    const notifying =
      ends.length === 1 && ends[0]?.claim.caller?.isSoleWaiter !== true ? this.notifying : null;
    failpoint('finish.before');
    const [row] = await run<{ written: number; overdue: string[] | null }>(
      this.pool,
      notifying ?? FINISH_ONLY,
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
      ],
    );
    failpoint('finish.after');
    if (row?.written !== items.length) {
      return this.readWritten(items.map(({ end }) => end));
    }
    const notified = notifying === null ? undefined : true;
    const overdue = new Set(row.overdue);
    return ends.map((end) =>
      overdue.has(end.claim.id)
        ? {
            kind: 'committed',
            status: 'failed',
            errorCode: 'deadline_exceeded',
            end: undefined,
            notified,
          }
        : {
            kind: 'committed',
            status: end.status,
            errorCode: end.recordErrorCode,
            end: endedAsDecided(end),
            notified,
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

/** Returns the end of a request that was written as decided. A deadline that passes meanwhile changes it. */
function endedAsDecided({
  claim,
  status,
  recordErrorCode: errorCode,
  httpStatus,
  result,
}: AttemptResult): DispatchResult | undefined {
  // A large answer is fetched by the process with the waiting caller, when there is memory for it.
  if (status === 'retrying' || errorCode === 'deadline_exceeded' || isLarge(result)) {
    return undefined;
  }
  const end = {
    id: claim.id,
    status,
    attempts: claim.attempt,
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
