import { setTimeout as delay } from 'node:timers/promises';

import { requestIdFromUuid } from '@reqrun/contracts';
import { Abort } from '@reqrun/platform/abort';
import { TurnoverMap } from '@reqrun/platform/collections';
import type { ByteShare } from '@reqrun/platform/budget';
import { MasterKeyMismatchError, UnreadableError } from '@reqrun/platform/crypto';
import { DatabaseError } from '@reqrun/platform/database';
import { failpoint } from '@reqrun/platform/failpoints';
import { errorFields, type Logger } from '@reqrun/platform/logging';
import type { ProjectDirectory } from '@reqrun/projects';
import {
  endpointModuleAt,
  OneTimeBody,
  type ProviderClient,
  type ProviderOutcome,
} from '@reqrun/providers';
import type { AttemptEnd, AttemptFinisher, Claim, RequestRecovery } from '@reqrun/requests';
import { DEFAULT_IDLE_TIMEOUT_MS } from '@reqrun/retry-policy';

import type { WorkerMetrics } from '../metrics.js';
import { type AttemptAnnouncer, idsOf } from './attempt-announcer.js';
import { attemptKey, type AttemptRef } from './attempt-key.js';
import type { CallContent, CallContents } from './call-contents.js';
import { failedWithoutCall, judge } from './judge.js';

/** What attempts are run with. */
export interface AttemptRunnerOptions {
  provider: ProviderClient;
  contents: CallContents;
  projects: ProjectDirectory;
  finisher: AttemptFinisher;
  recovery: RequestRecovery;
  announcer: AttemptAnnouncer;
  metrics: WorkerMetrics;
  logger: Logger;
}

/** A request that this process is running. */
interface Running {
  claim: Claim;
  /** `performance.now()` at the claim. */
  startedAt: number;
  abort: Abort;
  /** Whether the provider may have got the call. */
  called: boolean;
  /** Set when this process gives the request back. */
  releasing: boolean;
  /** The memory of a large answer, held until it is committed. */
  answerShare: ByteShare | null;
}

/** What the call came to, or why there was none. */
type CallResult =
  { kind: 'ended'; end: AttemptEnd } | { kind: 'gave-up' } | { kind: 'put-back'; called: boolean };

const COMMIT_RETRY_MS = [50, 100, 250, 500, 1_000];
/** How long a request is kept that could not even be called: the database is away, say. */
const PAUSE_BEFORE_PUT_BACK_MS = 1_000;
/** How long releasing may take once the grace is over. */
const RELEASE_LIMIT_MS = 3_000;

/** Runs attempts: decrypt, one provider call, a decision, a commit that only the owner can make. */
export class AttemptRunner {
  /** By `attemptKey`. */
  private readonly running = new TurnoverMap<string, Running>();
  private idleListeners: (() => void)[] = [];
  private abandonCommits = false;
  /** Answers that could not be committed before the end: still this process's, not orphans. */
  private readonly abandoned = new Map<string, AttemptRef>();

  /** Requests that were called and could not be given back: who does it later must say so. */
  private readonly calledBefore = new Map<string, AttemptRef>();

  /** @param options what attempts are run with */
  constructor(private readonly options: AttemptRunnerOptions) {}

  /** How many requests are running. */
  get count(): number {
    return this.running.size;
  }

  /** Attempts that are running, and those whose end is not committed. */
  owned(): AttemptRef[] {
    return [...this.abandoned.values(), ...this.running.values().map(({ claim }) => claim)];
  }

  /**
   * Whether a request that this process no longer runs may have reached the provider.
   *
   * @param attempt under which it was claimed
   */
  wasCalled(attempt: AttemptRef): boolean {
    return this.calledBefore.has(attemptKey(attempt));
  }

  /** The attempts for which `wasCalled` is true. */
  calledBeforeRelease(): AttemptRef[] {
    return [...this.calledBefore.values()];
  }

  /**
   * Forgets that a request was called: whoever has it now runs another attempt.
   *
   * @param attempt under which it was called
   */
  forgetCall(attempt: AttemptRef): void {
    this.calledBefore.delete(attemptKey(attempt));
  }

  /**
   * Runs an attempt to its end. Never fails: what could not be committed is another worker's, or
   * will be.
   *
   * @param claim a request that this process has just claimed
   */
  async run(claim: Claim): Promise<void> {
    const running: Running = {
      claim,
      startedAt: performance.now(),
      abort: new Abort(),
      called: false,
      releasing: false,
      answerShare: null,
    };
    const key = attemptKey(claim);
    this.running.set(key, running);
    this.options.metrics.inFlight.set(this.running.size);
    this.options.metrics.claimLag.observe(Math.max(0, claim.claimLagMs) / 1000);
    try {
      const result = await this.callProvider(running);
      if (result.kind === 'ended') {
        await this.commit(running, result.end);
      } else if (result.kind === 'put-back') {
        await this.putBack(running, result.called);
      }
    } catch (error) {
      // Nothing here should throw; if it does, the request must not stay in limbo.
      this.options.logger.error('attempt.broke', { ...idsOf(claim), ...errorFields(error) });
      await this.putBack(running, running.called);
    } finally {
      running.answerShare?.release();
      this.running.delete(key);
      this.options.metrics.inFlight.set(this.running.size);
      if (this.running.size === 0) {
        this.idleListeners.splice(0).forEach((listener) => listener());
      }
    }
  }

  /**
   * Ends the provider call of an attempt whose request is no longer this process's.
   *
   * @param attempt which; another of the same request is left alone
   */
  abort(attempt: AttemptRef): void {
    this.running.get(attemptKey(attempt))?.abort.abort();
  }

  /**
   * Waits for what runs; when the grace is over, gives the rest back.
   *
   * @param graceMs how long calls in flight may take
   */
  async drain(graceMs: number): Promise<void> {
    await this.idleWithin(graceMs);
    for (const running of this.running.values()) {
      running.releasing = true;
      running.abort.abort();
    }
    this.abandonCommits = true;
    await this.idleWithin(RELEASE_LIMIT_MS);
  }

  private async callProvider(running: Running): Promise<CallResult> {
    const { claim } = running;
    const { contents, projects, provider } = this.options;
    let content: CallContent | null = null;
    let target;
    try {
      content = claim.content ?? (await contents.open(claim, running.abort));
      claim.content = undefined;
      claim.ciphertext = null;
      target = await projects.targetOf(claim.projectId, claim.mode);
    } catch (error) {
      dropLarge(content);
      if (error instanceof UnreadableError || error instanceof MasterKeyMismatchError) {
        return { kind: 'ended', end: failedWithoutCall(claim, 'payload_unreadable') };
      }
      // Put back it is due at once, and what fails here would fail again at once.
      await pause(PAUSE_BEFORE_PUT_BACK_MS, running.abort);
      return { kind: 'put-back', called: false };
    }
    if (target === null) {
      dropLarge(content);
      return { kind: 'ended', end: failedWithoutCall(claim, 'provider_not_configured') };
    }
    if (content === null || running.abort.aborted) {
      dropLarge(content);
      return running.releasing ? { kind: 'put-back', called: false } : { kind: 'gave-up' };
    }
    const endpoint = endpointModuleAt(claim.endpoint);
    if (endpoint === null) {
      // A newer version has accepted it, and its workers know how to judge the answer.
      dropLarge(content);
      this.options.logger.warn('attempt.endpoint_unknown', idsOf(claim));
      await pause(PAUSE_BEFORE_PUT_BACK_MS, running.abort);
      return { kind: 'put-back', called: false };
    }
    failpoint('call.before');
    running.called = true;
    const startedAt = performance.now();
    const outcome: ProviderOutcome = await provider.call({
      baseUrl: target.baseUrl,
      apiKey: target.apiKey,
      path: claim.endpoint,
      body: content.body,
      headers: content.headers,
      idempotencyKey: `${requestIdFromUuid(claim.id)}-${claim.callNumber}`,
      timeoutMs: Math.max(1, Math.min(claim.policy.callTimeoutMs, this.msUntilDeadline(running))),
      idleTimeoutMs: claim.policy.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      signal: running.abort,
      expect: endpoint,
    });
    failpoint('call.after');
    dropLarge(content);
    this.options.metrics.callDuration.observe((performance.now() - startedAt) / 1000);
    if ('share' in outcome) {
      running.answerShare = outcome.share;
    }
    if (outcome.kind === 'aborted') {
      return running.releasing ? { kind: 'put-back', called: true } : { kind: 'gave-up' };
    }
    return {
      kind: 'ended',
      end: judge(claim, outcome, {
        msUntilDeadline: this.msUntilDeadline(running),
        nowMs: Date.now(),
        random: Math.random(),
      }),
    };
  }

  /** Holds on to an answer for as long as the database is away and the fence stands. */
  private async commit(running: Running, end: AttemptEnd): Promise<void> {
    let storable = true;
    for (let tries = 0; ; tries += 1) {
      try {
        const outcome = await this.options.finisher.finish(end);
        this.options.announcer.ended(end, outcome, performance.now() - running.startedAt);
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError)) {
          throw error;
        }
        if (error.kind === 'data' && storable) {
          // Something in the answer can't be stored: the request ends all the same, without it.
          storable = false;
          end = failedWithoutCall(end.claim, 'provider_response_invalid');
        } else if (this.abandonCommits) {
          const { id, fence } = end.claim;
          this.abandoned.set(attemptKey(end.claim), { id, fence });
          this.options.logger.warn('attempt.uncommitted', {
            ...idsOf(end.claim),
            ...errorFields(error),
          });
          return;
        }
        await delay(COMMIT_RETRY_MS[Math.min(tries, COMMIT_RETRY_MS.length - 1)]);
      }
    }
  }

  private async putBack(running: Running, called: boolean): Promise<void> {
    const { id, fence } = running.claim;
    const { recovery, announcer, logger } = this.options;
    try {
      for (const recovered of await recovery.release([{ id, fence, called }])) {
        announcer.released(running.claim, recovered);
      }
    } catch (error) {
      if (called) {
        this.calledBefore.set(attemptKey(running.claim), { id, fence });
      }
      logger.warn('release.failed', { ...idsOf(running.claim), ...errorFields(error) });
    }
  }

  private msUntilDeadline(running: Running): number {
    return running.claim.msUntilDeadline - (performance.now() - running.startedAt);
  }

  private async idleWithin(limitMs: number): Promise<void> {
    if (this.running.size === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.idleListeners.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Lets go of a large body that was not sent, or not to its end. */
function dropLarge(content: CallContent | null): void {
  if (content?.body instanceof OneTimeBody) {
    content.body.drop();
  }
}

/** Resolves after the time, or at once when it is ended early. */
function pause(ms: number, end: Abort): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    end.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (end.aborted) {
      clearTimeout(timer);
      resolve();
    }
  });
}
