import { isTerminal } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import type { KeyedHash } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import {
  type Acceptance,
  type AcceptedRequest,
  joinSdkRetry,
  type NewRequest,
  type RequestAcceptor,
  type RequestResult,
  type RequestEvents,
  type RequestReader,
  type RequestWaiters,
} from '@reqrun/requests';

import type { Caller } from '../auth/caller.js';
import { ApiError, notAccepted } from '../../http/api-error.js';
import { newUuid } from '../../http/new-id.js';
import type { ApiMetrics } from '../../metrics.js';
import type { CallShares } from './call-shares.js';
import { bytesFingerprintOf, fingerprintOf } from './fingerprint.js';

/** A request that a caller submits. */
export interface Submission extends Pick<
  NewRequest,
  'endpoint' | 'model' | 'idempotencyKey' | 'metadata' | 'policy' | 'body' | 'headers'
> {
  /** Number of the try, as a stock SDK counts it; null where none is named or retries are not joined. */
  sdkRetry: number | null;
  /** How long the caller holds its connection, in ms; 0 not at all. */
  waitMs: number;
  /** Aborts when the caller is gone. */
  gone: AbortSource;
}

/** The answer to a caller. */
export type SubmissionAnswer =
  | { kind: 'ended'; outcome: RequestResult; replayed: boolean; bySdkRetry: boolean }
  | { kind: 'pending'; request: AcceptedRequest; bySdkRetry: boolean };

/** Parts and settings of submissions. */
export interface SubmissionsOptions {
  pool: Pool;
  acceptor: RequestAcceptor;
  reader: RequestReader;
  waiters: RequestWaiters;
  events: RequestEvents;
  fingerprintHash: KeyedHash;
  metrics: ApiMetrics;
  shares: CallShares;
  maxWaitsPerKey: number;
}

const RETRY_AFTER_FULL_S = 1;
const NO_BODY = Buffer.alloc(0);

/** Accepts requests, joins duplicates, and lets callers wait. */
export class Submissions {
  private readonly waitsPerKey = new Map<string, number>();

  /** @param options the parts and limits */
  constructor(private readonly options: SubmissionsOptions) {}

  /** Ends all waits. The waiting callers get the id of their request. */
  stopWaiting(): void {
    this.options.waiters.stop();
  }

  /**
   * Accepts a request durably and answers at once or after a wait. Removes the body from the submission.
   *
   * @param caller the caller
   * @param submission the submission
   * @throws ApiError when it was not accepted, DatabaseError when the database is away
   */
  async submit(caller: Caller, submission: Submission): Promise<SubmissionAnswer> {
    const { acceptor, metrics, shares } = this.options;
    if (shares.isFull(caller.projectId) || acceptor.isFull(submission.body.length)) {
      throw notAccepted('overloaded', RETRY_AFTER_FULL_S);
    }
    const waits = submission.waitMs > 0;
    if (waits && (this.waitsPerKey.get(caller.apiKeyId) ?? 0) >= this.options.maxWaitsPerKey) {
      throw notAccepted('too_many_waiting', RETRY_AFTER_FULL_S);
    }
    if (waits) {
      this.countWait(caller, 1);
    }
    try {
      const acceptance =
        (await this.joinSdkRetry(caller, submission)) ??
        (await this.accept(caller, submission, waits));
      if (acceptance.kind === 'conflict') {
        throw new ApiError('idempotency_key_reused', { param: 'idempotency_key' });
      }
      if (acceptance.kind === 'joined') {
        (acceptance.bySdkRetry === true ? metrics.sdkRetriesJoined : metrics.joined).inc();
        const { status, overdue } = acceptance.request;
        if (isTerminal(status) || overdue === true) {
          // A look ends what is past its deadline, also when no worker is alive.
          return await this.read(caller, acceptance, true, submission.gone);
        }
      } else {
        metrics.accepted.inc({ mode: caller.mode });
      }
      return await this.waitOrHandle(caller, acceptance, submission);
    } finally {
      if (waits) {
        this.countWait(caller, -1);
      }
    }
  }

  /** The request that an earlier try of the same SDK call has made; null where there is none. */
  private async joinSdkRetry(
    { projectId, mode, apiKeyId }: Caller,
    { idempotencyKey, sdkRetry, endpoint, body }: Submission,
  ): Promise<Extract<Acceptance, { kind: 'joined' }> | null> {
    if (sdkRetry === null || sdkRetry === 0 || idempotencyKey !== null) {
      return null;
    }
    const { pool, fingerprintHash } = this.options;
    const parts = { projectId, mode, endpoint, body };
    const fingerprint = await bytesFingerprintOf(fingerprintHash, parts);
    const tried = { projectId, mode, apiKeyId, endpoint, fingerprint, number: sdkRetry };
    const request = await joinSdkRetry(pool, tried);
    return request === null ? null : { kind: 'joined', request, bySdkRetry: true };
  }

  private async accept(
    caller: Caller,
    submission: Submission,
    waits: boolean,
  ): Promise<Acceptance> {
    const { acceptor, shares } = this.options;
    let fingerprint = this.fingerprint(caller, submission);
    if (fingerprint instanceof Promise) {
      fingerprint = await fingerprint;
    }
    const request = this.toRequest(caller, submission, fingerprint);
    // The acceptor holds the body from here on, so that a long wait takes no memory for it.
    submission.body = NO_BODY;
    shares.enter(caller.projectId);
    try {
      return await acceptor.accept(request, waits);
    } finally {
      shares.leave(caller.projectId);
    }
  }

  private toRequest(
    caller: Caller,
    submission: Submission,
    fingerprint: Buffer | null,
  ): NewRequest {
    const { endpoint, model, idempotencyKey, sdkRetry, metadata, policy, body, headers } =
      submission;
    return {
      id: newUuid(),
      projectId: caller.projectId,
      apiKeyId: caller.apiKeyId,
      mode: caller.mode,
      endpoint,
      model,
      idempotencyKey,
      fingerprint,
      sdkRetry: idempotencyKey === null ? sdkRetry : null,
      metadata,
      policy,
      body,
      headers,
    };
  }

  private fingerprint(
    { projectId, mode }: Caller,
    { idempotencyKey, sdkRetry, endpoint, body }: Submission,
  ): Buffer | Promise<Buffer> | null {
    const { fingerprintHash } = this.options;
    const parts = { projectId, mode, endpoint, body };
    if (idempotencyKey !== null) {
      return fingerprintOf(fingerprintHash, parts);
    }
    return sdkRetry === null ? null : bytesFingerprintOf(fingerprintHash, parts);
  }

  /** Reads the present state of a request. */
  private async read(
    caller: Caller,
    acceptance: Exclude<Acceptance, { kind: 'conflict' }>,
    replayed: boolean,
    gone: AbortSource,
  ): Promise<SubmissionAnswer> {
    const { request } = acceptance;
    const bySdkRetry = isBySdkRetry(acceptance);
    const outcome = await this.options.reader.get(caller, request.id, gone);
    if (outcome === null) {
      // Deleted by retention between two statements.
      throw new ApiError('result_expired');
    }
    const { record } = outcome;
    return isTerminal(record.status)
      ? { kind: 'ended', outcome, replayed, bySdkRetry }
      : {
          kind: 'pending',
          bySdkRetry,
          request: { ...request, status: record.status, attempts: record.attempts },
        };
  }

  private async waitOrHandle(
    caller: Caller,
    acceptance: Exclude<Acceptance, { kind: 'conflict' }>,
    { waitMs, gone }: Submission,
  ): Promise<SubmissionAnswer> {
    const { waiters, events } = this.options;
    const { request } = acceptance;
    const bySdkRetry = isBySdkRetry(acceptance);
    // Listen first, then notify: nothing can end in between.
    const waiting = waiters.wait(request.id, waitMs, gone);
    // A request that a caller joins has already been notified.
    if (acceptance.kind === 'accepted' && acceptance.notified !== true) {
      events.due();
    }
    failpoint('notify.after');
    const outcome = await waiting;
    if (outcome !== null) {
      return { kind: 'ended', outcome, replayed: false, bySdkRetry };
    }
    if (waitMs === 0 || gone.aborted) {
      return { kind: 'pending', request, bySdkRetry };
    }
    // It is accepted whatever happens now, so a database that is away must not say otherwise.
    return this.read(caller, acceptance, false, gone).catch(() => ({
      kind: 'pending',
      request,
      bySdkRetry,
    }));
  }

  private countWait(caller: Caller, change: 1 | -1): void {
    const count = (this.waitsPerKey.get(caller.apiKeyId) ?? 0) + change;
    if (count === 0) {
      this.waitsPerKey.delete(caller.apiKeyId);
    } else {
      this.waitsPerKey.set(caller.apiKeyId, count);
    }
  }
}

const isBySdkRetry = (acceptance: Acceptance): boolean =>
  acceptance.kind === 'joined' && acceptance.bySdkRetry === true;
