import { isTerminal } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import type { KeyedHash } from '@reqrun/platform/crypto';
import { failpoint } from '@reqrun/platform/failpoints';
import {
  type Acceptance,
  type AcceptedRequest,
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
import { fingerprintOf } from './fingerprint.js';

/** What a caller submits. */
export interface Submission extends Pick<
  NewRequest,
  'endpoint' | 'model' | 'idempotencyKey' | 'metadata' | 'policy' | 'body' | 'headers'
> {
  /** How long the caller holds its connection, in ms; 0 not at all. */
  waitMs: number;
  /** Aborts when the caller has gone away. */
  gone: AbortSource;
}

/** What a caller is told. */
export type SubmissionAnswer =
  | { kind: 'ended'; outcome: RequestResult; replayed: boolean }
  | { kind: 'pending'; request: AcceptedRequest };

/** What submissions are made of. */
export interface SubmissionsOptions {
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

/** Accepts requests, joins duplicates, and holds those who want to wait. */
export class Submissions {
  private readonly waitsPerKey = new Map<string, number>();

  /** @param options what it is made of */
  constructor(private readonly options: SubmissionsOptions) {}

  /** Ends all waits: whoever waits gets the id of its request. */
  stopWaiting(): void {
    this.options.waiters.stop();
  }

  /**
   * Accepts a request durably and answers as the caller wishes. Takes the body out of the submission.
   *
   * @param caller whose it is
   * @param submission what it is
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
      const acceptance = await this.accept(caller, submission, waits);
      if (acceptance.kind === 'conflict') {
        throw new ApiError('idempotency_key_reused', { param: 'idempotency_key' });
      }
      if (acceptance.kind === 'joined') {
        metrics.joined.inc();
        const { status, overdue } = acceptance.request;
        if (isTerminal(status) || overdue === true) {
          // A look ends what is past its deadline, also when no worker is alive.
          return await this.read(caller, acceptance.request, true, submission.gone);
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
    // Whoever accepts it holds it from here on: a caller that waits for minutes takes no memory for it.
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
    const { endpoint, model, idempotencyKey, metadata, policy, body, headers } = submission;
    return {
      id: newUuid(),
      projectId: caller.projectId,
      apiKeyId: caller.apiKeyId,
      mode: caller.mode,
      endpoint,
      model,
      idempotencyKey,
      fingerprint,
      metadata,
      policy,
      body,
      headers,
    };
  }

  private fingerprint(
    { projectId, mode }: Caller,
    { idempotencyKey, endpoint, body }: Submission,
  ): Buffer | Promise<Buffer> | null {
    return idempotencyKey === null
      ? null
      : fingerprintOf(this.options.fingerprintHash, { projectId, mode, endpoint, body });
  }

  /** Where a request stands now. */
  private async read(
    caller: Caller,
    request: AcceptedRequest,
    replayed: boolean,
    gone: AbortSource,
  ): Promise<SubmissionAnswer> {
    const outcome = await this.options.reader.get(caller, request.id, gone);
    if (outcome === null) {
      // Deleted by retention between two statements.
      throw new ApiError('result_expired');
    }
    const { record } = outcome;
    return isTerminal(record.status)
      ? { kind: 'ended', outcome, replayed }
      : {
          kind: 'pending',
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
    // Listen first, then notify: nothing can end in between.
    const waiting = waiters.wait(request.id, waitMs, gone);
    // A caller that joins a request comes after its notification.
    if (acceptance.kind === 'accepted' && acceptance.notified !== true) {
      events.due();
    }
    failpoint('notify.after');
    const outcome = await waiting;
    if (outcome !== null) {
      return { kind: 'ended', outcome, replayed: false };
    }
    if (waitMs === 0 || gone.aborted) {
      return { kind: 'pending', request };
    }
    // It is accepted whatever happens now, so a database that is away must not say otherwise.
    return this.read(caller, request, false, gone).catch(() => ({ kind: 'pending', request }));
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
