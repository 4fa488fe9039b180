import { isTerminal } from '@reqrun/contracts';
import type { AbortSource } from '@reqrun/platform/abort';
import type { KeyedHash } from '@reqrun/platform/crypto';
import type { Pool } from '@reqrun/platform/database';
import type { FormPart } from '@reqrun/platform/multipart';
import { failpoint } from '@reqrun/platform/failpoints';
import {
  type Acceptance,
  type AcceptedRequest,
  type CacheLookup,
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
import type { CacheKeys } from './cache-key.js';
import type { CallShares } from './call-shares.js';
import type { CallTrace } from './call-trace.js';
import {
  bytesFingerprintOf,
  fingerprintOf,
  fingerprintsOfStream,
  formFingerprintOf,
} from './fingerprint.js';

/** A request that a caller submits. */
export interface Submission extends Pick<
  NewRequest,
  | 'endpoint'
  | 'model'
  | 'idempotencyKey'
  | 'metadata'
  | 'policy'
  | 'body'
  | 'headers'
  | 'fallbackParams'
> {
  /** Parts of a body that is a form, by their places in it; null for JSON. */
  parts: readonly FormPart[] | null;
  /** Number of the try, as a stock SDK counts it; null where none is named or retries are not joined. */
  sdkRetry: number | null;
  /** Most open requests of its project and mode; absent where they are not bounded. */
  maxOpen: number | undefined;
  /** How long the caller holds its connection, in ms; 0 not at all. */
  waitMs: number;
  /** Aborts when the caller is gone. */
  gone: AbortSource;
  /** Whether the body has members that do not count in its fingerprint. */
  hasStreamMembers: boolean;
  /** The trace of the call; null where no traces are sent. */
  trace: CallTrace | null;
}

/** A request that was accepted or joined for a stream. */
export interface StreamAcceptance {
  request: AcceptedRequest;
  /** Whether it had been accepted before. */
  isJoined: boolean;
  /** Whether a retry of a stock SDK has joined the request of its first try. */
  bySdkRetry: boolean;
  /** Whether a worker of this machine runs it. */
  isHere: boolean;
}

/** The answer to a caller. */
export type SubmissionAnswer = State & {
  /** The call is a retry of a stock SDK, and has joined the request of its first try. */
  bySdkRetry: boolean;
};

type State =
  | { kind: 'ended'; outcome: RequestResult; replayed: boolean }
  | { kind: 'pending'; request: AcceptedRequest };

/** Parts and settings of submissions. */
export interface SubmissionsOptions {
  pool: Pool;
  acceptor: RequestAcceptor;
  reader: RequestReader;
  waiters: RequestWaiters;
  events: RequestEvents;
  fingerprintHash: KeyedHash;
  cacheKeys: CacheKeys;
  metrics: ApiMetrics;
  shares: CallShares;
  maxWaitsPerKey: number;
}

/** Outcomes with a request. */
type Accepted = Exclude<Acceptance, { kind: 'conflict' | 'full' }>;

interface AcceptedOrJoined {
  acceptance: Accepted;
  /** Whether a retry of a stock SDK has joined the request of its first try. */
  bySdkRetry: boolean;
}

/** Fingerprints that tell whether two bodies are the same. */
interface Fingerprints {
  fingerprint: Buffer | null;
  /** That of an earlier version, where it differs. */
  formerFingerprint: Buffer | null;
}

const only = (
  fingerprint: Buffer | null | Promise<Buffer>,
): Fingerprints | Promise<Fingerprints> =>
  fingerprint instanceof Promise
    ? fingerprint.then((known) => ({ fingerprint: known, formerFingerprint: null }))
    : { fingerprint, formerFingerprint: null };

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
    const waits = submission.waitMs > 0;
    const leave = waits ? this.enterWait(caller) : null;
    try {
      const { acceptance, bySdkRetry } = await this.acceptOrJoin(caller, submission, waits);
      if (acceptance.kind === 'joined') {
        const { status, overdue } = acceptance.request;
        if (isTerminal(status) || overdue === true) {
          // A look ends what is past its deadline, also when no worker is alive.
          const state = await this.read(caller, acceptance.request, true, submission.gone);
          return { ...state, bySdkRetry };
        }
      } else if (acceptance.request.status === 'completed') {
        return { ...(await this.answerHit(caller, acceptance.request, submission)), bySdkRetry };
      }
      return { ...(await this.waitOrHandle(caller, acceptance, submission)), bySdkRetry };
    } finally {
      leave?.();
    }
  }

  /**
   * Accepts a request durably, or joins one, for a caller that reads its stream. Removes the body from the
   * submission.
   *
   * @param caller the caller
   * @param submission the submission
   * @param id UUID of the request, if it is accepted
   * @throws ApiError when it was not accepted, DatabaseError when the database is away
   */
  async submitStream(
    caller: Caller,
    submission: Submission,
    id: string,
  ): Promise<StreamAcceptance> {
    const { acceptance, bySdkRetry } = await this.acceptOrJoin(caller, submission, true, id);
    const isHere = acceptance.kind === 'accepted' && acceptance.notified === true;
    if (acceptance.kind === 'accepted' && acceptance.notified !== true) {
      this.options.events.due();
    }
    const { request } = acceptance;
    if (acceptance.kind === 'accepted' && request.status === 'completed') {
      this.noteHit(caller, request);
    }
    return {
      request,
      isJoined: acceptance.kind === 'joined',
      bySdkRetry,
      isHere: isHere && request.status === 'processing',
    };
  }

  /**
   * Counts a caller that holds its connection.
   *
   * @param caller the caller
   * @returns ends the count
   * @throws ApiError `too_many_waiting`
   */
  enterWait(caller: Caller): () => void {
    if ((this.waitsPerKey.get(caller.apiKeyId) ?? 0) >= this.options.maxWaitsPerKey) {
      throw notAccepted('too_many_waiting', RETRY_AFTER_FULL_S);
    }
    this.countWait(caller, 1);
    return () => this.countWait(caller, -1);
  }

  private acceptOrJoin(
    caller: Caller,
    submission: Submission,
    waits: boolean,
    id = newUuid(),
  ): Promise<AcceptedOrJoined> {
    const accept = (): Promise<AcceptedOrJoined> => this.acceptOnce(caller, submission, waits, id);
    return submission.trace === null ? accept() : submission.trace.accepting(accept);
  }

  private async acceptOnce(
    caller: Caller,
    submission: Submission,
    waits: boolean,
    id: string,
  ): Promise<AcceptedOrJoined> {
    const { acceptor, metrics, shares } = this.options;
    if (shares.isFull(caller.projectId) || acceptor.isFull(submission.body.length)) {
      throw notAccepted('overloaded', RETRY_AFTER_FULL_S);
    }
    let prints = this.fingerprints(caller, submission);
    if (prints instanceof Promise) {
      prints = await prints;
    }
    const joined =
      submission.sdkRetry === null || submission.sdkRetry === 0
        ? null
        : await this.joinSdkRetry(caller, submission, submission.sdkRetry, prints.fingerprint);
    const acceptance = joined ?? (await this.accept(caller, submission, { id, ...prints }, waits));
    if (acceptance.kind === 'conflict') {
      throw new ApiError('idempotency_key_reused', { param: 'idempotency_key' });
    }
    if (acceptance.kind === 'full') {
      throw notAccepted('too_many_open', RETRY_AFTER_FULL_S);
    }
    const bySdkRetry = acceptance.kind === 'joined' && acceptance.bySdkRetry === true;
    if (acceptance.kind === 'joined') {
      (bySdkRetry ? metrics.sdkRetriesJoined : metrics.joined).inc();
    } else {
      metrics.accepted.inc({ mode: caller.mode });
      this.countCached(submission, acceptance.request);
    }
    return { acceptance, bySdkRetry };
  }

  /** The request that an earlier try of the same SDK call has made; null where there is none. */
  private async joinSdkRetry(
    { projectId, mode, apiKeyId }: Caller,
    { idempotencyKey, endpoint }: Submission,
    number: number,
    fingerprint: Buffer | null,
  ): Promise<Extract<Acceptance, { kind: 'joined' }> | null> {
    if (idempotencyKey !== null || fingerprint === null) {
      return null;
    }
    const tried = { projectId, mode, apiKeyId, endpoint, fingerprint, number };
    const request = await joinSdkRetry(this.options.pool, tried);
    return request === null ? null : { kind: 'joined', request, bySdkRetry: true };
  }

  private async accept(
    caller: Caller,
    submission: Submission,
    identity: Fingerprints & { id: string },
    waits: boolean,
  ): Promise<Acceptance> {
    const { acceptor, shares } = this.options;
    const cache =
      submission.policy.cache == null
        ? undefined
        : await this.options.cacheKeys.lookupOf(caller, submission);
    const request = this.toRequest(caller, submission, identity, cache);
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
    { id, fingerprint, formerFingerprint }: Fingerprints & { id: string },
    cache: CacheLookup | undefined,
  ): NewRequest {
    const { endpoint, model, idempotencyKey, sdkRetry, metadata, policy, body, headers } =
      submission;
    const { fallbackParams, maxOpen, trace } = submission;
    return {
      id,
      projectId: caller.projectId,
      apiKeyId: caller.apiKeyId,
      mode: caller.mode,
      endpoint,
      model,
      idempotencyKey,
      fingerprint,
      formerFingerprint,
      sdkRetry: idempotencyKey === null ? sdkRetry : null,
      metadata,
      policy,
      body,
      headers,
      ...(fallbackParams !== undefined && { fallbackParams }),
      ...(trace !== null && { trace: trace.context }),
      ...(maxOpen !== undefined && { maxOpen }),
      cache,
    };
  }

  /** Counts how a request that was just accepted fares with the cache. */
  private countCached({ policy }: Submission, request: AcceptedRequest): void {
    if (policy.cache != null) {
      const result =
        request.status === 'completed' ? 'hit' : request.follows === true ? 'followed' : 'miss';
      this.options.metrics.cache.inc({ result });
    }
  }

  /** Answers for a request that was accepted with an answer from the cache. */
  private async answerHit(
    caller: Caller,
    request: AcceptedRequest,
    { waitMs, gone }: Submission,
  ): Promise<State> {
    this.noteHit(caller, request);
    const outcome =
      waitMs === 0
        ? null
        : await this.options.waiters.readEnded(request.id, gone).catch(() => null);
    return outcome === null
      ? { kind: 'pending', request }
      : { kind: 'ended', outcome, replayed: false };
  }

  /** Counts and logs the end of a request that was accepted with an answer from the cache. */
  private noteHit({ projectId }: Caller, { id, status, attempts }: AcceptedRequest): void {
    const ended = { id, status, attempts, errorCode: null, projectId };
    this.options.events.ended([ended], { isNotified: true });
  }

  private fingerprints(
    { projectId, mode }: Caller,
    { idempotencyKey, sdkRetry, endpoint, body, parts, hasStreamMembers }: Submission,
  ): Fingerprints | Promise<Fingerprints> {
    if (idempotencyKey === null && sdkRetry === null) {
      return only(null);
    }
    const { fingerprintHash } = this.options;
    const content = { projectId, mode, endpoint, body };
    if (parts !== null) {
      // A retry of an SDK may have drawn another boundary, so bytes would not do.
      return only(formFingerprintOf(fingerprintHash, content, parts));
    }
    if (idempotencyKey === null) {
      return only(bytesFingerprintOf(fingerprintHash, content));
    }
    return hasStreamMembers
      ? fingerprintsOfStream(fingerprintHash, content)
      : only(fingerprintOf(fingerprintHash, content));
  }

  /** Reads the present state of a request. */
  private async read(
    caller: Caller,
    request: AcceptedRequest,
    replayed: boolean,
    gone: AbortSource,
  ): Promise<State> {
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
    acceptance: Accepted,
    { waitMs, gone }: Submission,
  ): Promise<State> {
    const { waiters, events } = this.options;
    const { request } = acceptance;
    // Listen first, then notify: nothing can end in between.
    const waiting = waiters.wait(request.id, waitMs, gone);
    // A request that a caller joins has already been notified.
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
