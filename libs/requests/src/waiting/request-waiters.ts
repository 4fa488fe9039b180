import { isTerminal } from '@reqrun/contracts';
import { LightAbortController, type AbortSource } from '@reqrun/platform/abort';
import { SlotMap } from '@reqrun/platform/collections';
import { type Pool, run } from '@reqrun/platform/database';
import { Batcher } from '@reqrun/platform/batching';
import type { SignalBus } from '@reqrun/platform/signals';

import type { AnswerOpener, ResultRow } from '../queries/answer-opener.js';
import type { DispatchResult } from '../lifecycle/dispatch.js';
import type { RequestRecovery } from '../lifecycle/recovery.js';
import { READ_OUTCOMES, READ_PROGRESS } from '../sql/queries.js';
import type { RequestResult } from '../queries/request-result.js';
import { toAnsweredRecord } from '../queries/record-row.js';

type EndRow = ResultRow & { project_id: string };
/** Ends a client's wait, with null where there is no outcome. */
type Waiter = (outcome: RequestResult | null) => void;

const MAX_READ_GROUP = 128;

/**
 * Clients that hold their connection until a request ends. A signal wakes them at once. Signals may get
 * lost, so each process also polls all ids that are waited for, in one batched statement.
 */
export class RequestWaiters {
  private readonly waiters = new SlotMap<string, readonly Waiter[]>();
  private readonly reads: Batcher<string, EndRow | null>;
  /** Large answers that are being fetched, each once for all its waiters. */
  private readonly fetching = new Map<string, LightAbortController>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /**
   * @param pool the database
   * @param answers opens results
   * @param recovery ends records that are found past their deadline
   * @param signals the bus with the ids of requests that have ended
   * @param pollMs polling interval, in ms
   */
  constructor(
    private readonly pool: Pool,
    private readonly answers: AnswerOpener,
    private readonly recovery: RequestRecovery,
    signals: SignalBus,
    private readonly pollMs: number,
  ) {
    this.reads = new Batcher({
      run: (ids) => this.readGroup(ids),
      maxItems: MAX_READ_GROUP,
    });
    // A request can end in the turn of the event loop in which its acceptance becomes known. Only at the
    // end of the turn have all callers begun to wait.
    signals.subscribe('finished', (ids) => setImmediate(() => this.wake(ids)));
  }

  /** Number of clients that wait. */
  get count(): number {
    return this.waiters.values().reduce((sum, waiters) => sum + waiters.length, 0);
  }

  /**
   * Waits until a request has ended.
   *
   * @param id UUID of the request
   * @param limitMs longest wait, in ms
   * @param signal ends the wait early when the client is gone
   * @returns the outcome, or null when the wait ended first. The request runs on either way.
   */
  wait(id: string, limitMs: number, signal: AbortSource): Promise<RequestResult | null> {
    return new Promise((resolve) => {
      if (this.stopped || signal.aborted || limitMs <= 0) {
        resolve(null);
        return;
      }
      const settle: Waiter = (outcome) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.remove(id, settle);
        resolve(outcome);
      };
      const giveUp = (): void => settle(null);
      const timer = setTimeout(giveUp, limitMs);
      signal.addEventListener('abort', giveUp, { once: true });
      this.add(id, settle);
    });
  }

  /**
   * Reads the answer of a request that has ended. Calls of the same moment share one statement.
   *
   * @param id UUID of a request that the caller may see
   * @param signal ends the wait for the memory of a large answer when the client is gone
   * @returns null where it has not ended, or does not exist
   * @throws DatabaseError
   */
  async readEnded(id: string, signal?: AbortSource): Promise<RequestResult | null> {
    const row = await this.reads.call(id);
    return row === null || !isTerminal(row.status)
      ? null
      : this.answers.open(row.project_id, row, toAnsweredRecord(row), signal);
  }

  /**
   * Answers the waiters of a request with the result that its worker sent, without reading the table.
   *
   * @param end the committed end of the request
   */
  deliver({ end, body }: DispatchResult): void {
    const { id, status, attempts, answeredBy, errorCode, httpStatus, head } = end;
    const outcome: RequestResult = {
      record: toAnsweredRecord({
        id,
        status,
        attempts,
        error_code: errorCode,
        error_http_status: httpStatus,
        answered_model: answeredBy.model,
        provider: answeredBy.provider,
        plan_at: answeredBy.fallback,
        // A worker reports by itself only the end of a first attempt.
        failed_before: null,
        waited_for: null,
      }),
      answeredBy,
      answer: head === null ? null : { head, body },
      cacheAgeS: null,
      contentDeleted: false,
    };
    setImmediate(() => this.settleAll(id, outcome));
  }

  /** Ends all waits and refuses new ones, because the process stops. */
  stop(): void {
    this.stopped = true;
    this.waiters.keys().forEach((id) => this.settleAll(id, null));
  }

  private add(id: string, waiter: Waiter): void {
    this.waiters.set(id, [...(this.waiters.get(id) ?? []), waiter]);
    this.timer ??= setTimeout(() => void this.look(), this.pollMs);
  }

  private remove(id: string, waiter: Waiter): void {
    const others = this.waiters.get(id)?.filter((other) => other !== waiter) ?? [];
    if (others.length === 0) {
      this.waiters.delete(id);
      this.fetching.get(id)?.abort();
    } else {
      this.waiters.set(id, others);
    }
  }

  private settleAll(id: string, outcome: RequestResult | null): void {
    this.waiters.get(id)?.forEach((waiter) => waiter(outcome));
  }

  /** Answers the waiters of requests that have ended. Ids without waiters cost nothing. */
  private wake(ids: readonly string[]): void {
    for (const id of ids) {
      if (this.waiters.get(id) !== undefined) {
        void this.answer(id);
      }
    }
  }

  private async answer(id: string): Promise<void> {
    // After a failed read, the next poll finds the outcome.
    const row = await this.reads.call(id).catch(() => null);
    if (row === null || !isTerminal(row.status)) {
      return;
    }
    if (row.result === null && row.result_bytes > 0) {
      await this.fetchLarge(id, row);
      return;
    }
    const outcome = await this.open(row);
    if (outcome !== null) {
      this.settleAll(id, outcome);
    }
  }

  /** Fetches a large answer once, even if that takes longer than the polling interval. */
  private async fetchLarge(id: string, row: EndRow): Promise<void> {
    if (this.fetching.has(id)) {
      return;
    }
    const unwanted = new LightAbortController();
    this.fetching.set(id, unwanted);
    const outcome = await this.open(row, unwanted);
    this.fetching.delete(id);
    if (unwanted.aborted) {
      // The next poll answers callers that have come since.
      outcome?.answer?.hold?.done();
    } else if (outcome !== null) {
      outcome.answer?.hold?.shareAmong(this.waiters.get(id)?.length ?? 0);
      this.settleAll(id, outcome);
    }
  }

  private open(row: EndRow, unwanted?: LightAbortController): Promise<RequestResult | null> {
    return this.answers
      .open(row.project_id, row, toAnsweredRecord(row), unwanted)
      .catch(() => null);
  }

  private async readGroup(ids: readonly string[]): Promise<(EndRow | null)[]> {
    const rows = await run<EndRow>(this.pool, { name: 'requests-outcomes', text: READ_OUTCOMES }, [
      ids,
    ]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  private async look(): Promise<void> {
    try {
      const ids = this.waiters.keys();
      const rows =
        ids.length === 0
          ? []
          : await run<{ id: string; ended: boolean; overdue: boolean }>(
              this.pool,
              { name: 'requests-progress', text: READ_PROGRESS },
              [ids],
            );
      const overdue = rows.filter((row) => row.overdue && !row.ended).map(({ id }) => id);
      if (overdue.length > 0) {
        await this.recovery.expireIfOverdue(overdue);
      }
      this.wake([...rows.filter(({ ended }) => ended).map(({ id }) => id), ...overdue]);
    } catch {
      // The database is away. The waiters go on waiting, up to their limit.
    } finally {
      this.timer = this.waiters.size === 0 ? null : setTimeout(() => void this.look(), this.pollMs);
    }
  }
}
