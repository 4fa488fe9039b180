import { type ErrorDetail, type RequestStatus, requestIdFromUuid } from '@reqrun/contracts';
import type { BackoffTimer } from '@reqrun/platform/background';
import { failpoint } from '@reqrun/platform/failpoints';
import type { LogFields, Logger } from '@reqrun/platform/logging';
import type {
  AttemptResult,
  Claim,
  CommitResult,
  Recovered,
  RequestEvents,
} from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';

/** Receivers of the reports. */
export interface AttemptReporterOptions {
  backoff: BackoffTimer;
  events: RequestEvents;
  metrics: WorkerMetrics;
  logger: Logger;
  /** Starts a round that ends the waits for an answer which is there now, or will not come. */
  settleFollowers: () => void;
}

/**
 * Reports a committed attempt: one wide log line, which also has the end of its request, the counters, the
 * backoff timer of a retry, and the waiting caller. All of it may get lost without losing a request.
 */
export class AttemptReporter {
  /** @param options the receivers */
  constructor(private readonly options: AttemptReporterOptions) {}

  /**
   * Reports that an attempt has ended. The waiting caller is notified first; the log and the counters follow.
   *
   * @param end the end of the attempt
   * @param outcome the committed outcome
   * @param durationMs time from the claim to the commit, in ms
   */
  ended(end: AttemptResult, outcome: CommitResult, durationMs: number): void {
    const { metrics, logger, backoff, events, settleFollowers } = this.options;
    const { claim, decision } = end;
    if (outcome.kind === 'fenced') {
      metrics.fenced.inc();
      logger.info('attempt.fenced', idsOf(claim));
      return;
    }
    const { status, errorCode } = outcome;
    if (status === 'retrying') {
      metrics.retries.inc({ reason: decision.reason });
      metrics.retryDelay.inc((decision.delay_ms ?? 0) / 1000);
      if (decision.action === 'fallback') {
        metrics.fallbacks.inc({ reason: decision.reason });
        // It is due at once, for whichever worker has room.
        events.due();
      } else {
        backoff.set(claim.id, decision.delay_ms ?? 0);
      }
    } else {
      // A caller that joined the request by its key may wait at another process, which only signals reach.
      const callerKnows = outcome.end !== undefined && claim.caller?.ended(outcome.end) === true;
      const isNotified = outcome.notified ?? (callerKnows && claim.caller?.isSoleWaiter);
      this.requestEnded(claim, status, errorCode, isNotified);
      if (claim.policy.cache != null) {
        if (outcome.hasFollowers !== false) {
          settleFollowers();
        }
        if (status === 'completed' && !end.isCacheable) {
          metrics.cache.inc({ result: 'not_kept' });
        }
      }
    }
    setImmediate(() => this.record(end, status, errorCode, durationMs));
    failpoint('report.after');
  }

  /**
   * Reports that a request was given back.
   *
   * @param claim the claim under which this process owned it
   * @param recovered the committed state: waiting again, or failed if it must not be sent twice
   */
  released(claim: Claim, recovered: Recovered): void {
    const { metrics, logger } = this.options;
    const { status, errorCode } = recovered;
    logger.info('attempt.finished', {
      ...idsOf(claim),
      outcome: 'released',
      error_code: errorCode,
      decision: errorCode === null ? 'retry' : 'fail',
      status,
    });
    metrics.attempts.inc({ outcome: 'released', code: errorCode ?? '' });
    this.putBack(claim, recovered);
  }

  /**
   * Reports that the response of an attempt can't be had any more.
   *
   * @param claim the attempt
   * @param recovered the committed state: waiting again, or failed
   * @param detail the reason
   */
  responseLost(claim: Claim, recovered: Recovered, detail: ErrorDetail): void {
    const { metrics, logger } = this.options;
    const { status, errorCode } = recovered;
    logger.warn('attempt.finished', {
      ...idsOf(claim),
      outcome: 'lost',
      error_code: 'worker_lost',
      error_detail: detail,
      decision: errorCode === null ? 'retry' : 'fail',
      status,
    });
    metrics.attempts.inc({ outcome: 'lost', code: 'worker_lost' });
    this.putBack(claim, recovered);
  }

  private putBack(claim: Claim, { status, errorCode }: Recovered): void {
    const { events } = this.options;
    if (errorCode === null) {
      events.due();
    } else {
      this.requestEnded(claim, status, errorCode);
    }
  }

  private record(
    end: AttemptResult,
    status: RequestStatus,
    requestErrorCode: string | null,
    durationMs: number,
  ): void {
    const { metrics, logger } = this.options;
    const { claim, decision } = end;
    const outcome = end.status === 'completed' ? 'succeeded' : 'failed';
    // Written out rather than composed: this runs for every request.
    logger.info('attempt.finished', {
      request_id: requestIdFromUuid(claim.id),
      project_id: claim.projectId,
      attempt: claim.attempt,
      round: claim.round,
      model: claim.model,
      provider: end.provider,
      mode: claim.mode,
      outcome,
      http_status: end.httpStatus,
      error_code: end.errorCode,
      error_detail: end.errorDetail,
      decision: decision.action,
      reason: decision.reason,
      delay_ms: decision.delay_ms,
      delay_source: decision.delay_source,
      duration_ms: Math.round(durationMs),
      claim_lag_ms: Math.round(claim.claimLagMs),
      provider_request_id: end.providerRequestId,
      status,
      request_error_code: requestErrorCode,
    });
    metrics.attempts.inc({ outcome, code: end.errorCode ?? '' });
  }

  private requestEnded(
    { id }: Claim,
    status: RequestStatus,
    errorCode: string | null,
    isNotified = false,
  ): void {
    // The log line of the attempt already has the end of its request.
    this.options.events.ended([{ id, status, errorCode }], { isNotified, isLogged: true });
  }
}

/**
 * The fields that identify an attempt in a log line.
 *
 * @param claim the request and its attempt
 */
export function idsOf(claim: Claim): LogFields {
  return {
    request_id: requestIdFromUuid(claim.id),
    project_id: claim.projectId,
    attempt: claim.attempt,
    round: claim.round,
  };
}
