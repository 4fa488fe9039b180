import { type RequestStatus, requestIdFromUuid } from '@reqrun/contracts';
import type { BackoffTimer } from '@reqrun/platform/background';
import { failpoint } from '@reqrun/platform/failpoints';
import type { LogFields, Logger } from '@reqrun/platform/logging';
import type { AttemptEnd, Claim, FinishOutcome, Recovered, RequestEvents } from '@reqrun/requests';

import type { WorkerMetrics } from '../metrics.js';

/** Who is told of what. */
export interface AttemptAnnouncerOptions {
  backoff: BackoffTimer;
  events: RequestEvents;
  metrics: WorkerMetrics;
  logger: Logger;
}

/**
 * Tells of what is committed: one wide line per attempt, which also says what became of its request,
 * the counters, the timer of a retry, and whoever waits. All of it may get lost without losing a request.
 */
export class AttemptAnnouncer {
  /** @param options who is told */
  constructor(private readonly options: AttemptAnnouncerOptions) {}

  /**
   * An attempt has ended. Who waits hears of it first; the log and the counters have time.
   *
   * @param end how
   * @param outcome what was committed
   * @param durationMs from the claim to the commit
   */
  ended(end: AttemptEnd, outcome: FinishOutcome, durationMs: number): void {
    const { metrics, logger, backoff } = this.options;
    const { claim, decision } = end;
    if (outcome.kind === 'fenced') {
      metrics.fenced.inc();
      logger.info('attempt.fenced', idsOf(claim));
      return;
    }
    const { status, errorCode } = outcome;
    if (status === 'retrying') {
      metrics.retries.inc({ reason: decision.reason });
      backoff.set(claim.id, decision.delay_ms ?? 0);
    } else {
      // Who joined the request by its key may wait at another process, of which only signals tell.
      const callerKnows = outcome.end !== undefined && claim.caller?.ended(outcome.end) === true;
      const told = outcome.told ?? (callerKnows && claim.caller?.alone);
      this.requestEnded(claim, status, errorCode, told);
    }
    setImmediate(() => this.record(end, status, errorCode, durationMs));
    failpoint('announce.after');
  }

  /**
   * A request was given back.
   *
   * @param claim under which this process had it
   * @param recovered what was committed: waiting again, or failed where it must not be sent twice
   */
  released(claim: Claim, { status, errorCode }: Recovered): void {
    const { metrics, logger, events } = this.options;
    logger.info('attempt.finished', {
      ...idsOf(claim),
      outcome: 'released',
      error_code: errorCode,
      decision: errorCode === null ? 'retry' : 'fail',
      status,
    });
    metrics.attempts.inc({ outcome: 'released', code: errorCode ?? '' });
    if (errorCode === null) {
      events.due();
    } else {
      this.requestEnded(claim, status, errorCode);
    }
  }

  private record(
    end: AttemptEnd,
    status: RequestStatus,
    requestErrorCode: string | null,
    durationMs: number,
  ): void {
    const { metrics, logger } = this.options;
    const { claim, decision } = end;
    const outcome = end.status === 'completed' ? 'succeeded' : 'failed';
    // Written out, for it is on every request's way.
    logger.info('attempt.finished', {
      request_id: requestIdFromUuid(claim.id),
      project_id: claim.projectId,
      attempt: claim.attempt,
      round: claim.round,
      model: claim.model,
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
    // The line of the attempt says what became of its request.
    this.options.events.ended([{ id, status, errorCode }], { isNotified, isLogged: true });
  }
}

/**
 * What a log line about an attempt is found by.
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
