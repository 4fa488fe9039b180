import { LightAbortController } from '@reqrun/platform/abort';
import type { ByteShare } from '@reqrun/platform/budget';
import { SlotMap } from '@reqrun/platform/collections';
import type { Claim, RunningResponse } from '@reqrun/requests';

import { attemptKey, type AttemptRef } from './attempt-key.js';
import type { AttemptReport } from '../telemetry/attempt-telemetry.js';
import type { AttemptStream } from './attempt-stream.js';

/** An attempt that this process is running. */
export interface RunningAttempt {
  readonly claim: Claim;
  /** `performance.now()` at the claim. */
  readonly startedAt: number;
  readonly abort: LightAbortController;
  /** Whether the provider may have got the call. */
  called: boolean;
  /** Set when this process gives the request back. */
  releasing: boolean;
  /** The response that runs in the background at the provider, as long as its end was not seen. */
  response: RunningResponse | null;
  /** The memory of a large answer, held until it is committed. */
  answerShare: ByteShare | null;
  /** The stream of its answer; null where it has none. */
  stream: AttemptStream | null;
  /** Its spans and the metrics of its call; null where there is no collector, or its content is not open yet. */
  report: AttemptReport | null;
}

/**
 * Returns the time until the deadline of a running attempt's request.
 *
 * @param running the attempt
 * @returns milliseconds; 0 or less when the deadline has passed
 */
export const msUntilDeadline = ({ claim, startedAt }: RunningAttempt): number =>
  claim.msUntilDeadline - (performance.now() - startedAt);

/** The attempts of this process: those that run, and those whose end could not be committed. */
export class InFlight {
  private readonly running = new SlotMap<string, RunningAttempt>();
  private idleListeners: (() => void)[] = [];
  /** Attempts whose end could not be committed. This process still owns them; they are not orphans. */
  private readonly uncommitted = new Map<string, AttemptRef>();
  /** Attempts that were called and could not be given back. A later release must report the call. */
  private readonly calledBefore = new Map<string, AttemptRef>();

  /** Number of running attempts. */
  get count(): number {
    return this.running.size;
  }

  /**
   * Adds an attempt.
   *
   * @param claim a request that this process has just claimed
   */
  begin(claim: Claim): RunningAttempt {
    const running: RunningAttempt = {
      claim,
      startedAt: performance.now(),
      abort: new LightAbortController(),
      called: false,
      releasing: false,
      response: null,
      answerShare: null,
      stream: null,
      report: null,
    };
    this.running.set(attemptKey(claim), running);
    return running;
  }

  /**
   * Removes an attempt that has ended, and frees its memory.
   *
   * @param running the attempt
   */
  end(running: RunningAttempt): void {
    running.answerShare?.release();
    running.stream?.end();
    this.running.delete(attemptKey(running.claim));
    if (this.running.size === 0) {
      this.idleListeners.splice(0).forEach((listener) => listener());
    }
  }

  /** Returns the attempts that are running, and those whose end is not committed. */
  owned(): AttemptRef[] {
    return [...this.uncommitted.values(), ...this.running.values().map(({ claim }) => claim)];
  }

  /**
   * Aborts the provider call of an attempt whose request this process no longer owns.
   *
   * @param attempt the attempt; others of the same request are left alone
   */
  abort(attempt: AttemptRef): void {
    this.running.get(attemptKey(attempt))?.abort.abort();
  }

  /** Aborts all provider calls, so that their requests are given back. */
  releaseAll(): void {
    for (const running of this.running.values()) {
      running.releasing = true;
      running.abort.abort();
    }
  }

  /**
   * Keeps an attempt whose end could not be committed.
   *
   * @param attempt the attempt
   */
  keepUncommitted({ id, fence }: AttemptRef): void {
    this.uncommitted.set(attemptKey({ id, fence }), { id, fence });
  }

  /**
   * Remembers that the provider may have got the call of a request that could not be given back.
   *
   * @param attempt the attempt that made the call
   */
  keepCalled({ id, fence }: AttemptRef): void {
    this.calledBefore.set(attemptKey({ id, fence }), { id, fence });
  }

  /**
   * Returns whether an attempt that this process no longer runs may have reached the provider.
   *
   * @param attempt the attempt
   */
  wasCalled(attempt: AttemptRef): boolean {
    return this.calledBefore.has(attemptKey(attempt));
  }

  /** Returns the attempts for which `wasCalled` is true. */
  calledBeforeRelease(): AttemptRef[] {
    return [...this.calledBefore.values()];
  }

  /**
   * Forgets that an attempt was called. Its request no longer belongs to this attempt.
   *
   * @param attempt the attempt that made the call
   */
  forgetCall(attempt: AttemptRef): void {
    this.calledBefore.delete(attemptKey(attempt));
  }

  /**
   * Resolves when no attempt runs, or after a time limit.
   *
   * @param limitMs longest wait, in ms
   */
  async idleWithin(limitMs: number): Promise<void> {
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
