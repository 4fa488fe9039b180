import { LightAbortController } from '@reqrun/platform/abort';
import type { ByteShare } from '@reqrun/platform/budget';
import { SlotMap } from '@reqrun/platform/collections';
import type { Claim } from '@reqrun/requests';

import { attemptKey, type AttemptRef } from './attempt-key.js';

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
  /** The memory of a large answer, held until it is committed. */
  answerShare: ByteShare | null;
}

/**
 * Tells how long a running attempt has until its request's deadline.
 *
 * @param running the attempt
 * @returns milliseconds; 0 or less when the deadline has passed
 */
export const msUntilDeadline = ({ claim, startedAt }: RunningAttempt): number =>
  claim.msUntilDeadline - (performance.now() - startedAt);

/** The attempts that are this process's: those that run, and those whose end it could not write. */
export class InFlight {
  private readonly running = new SlotMap<string, RunningAttempt>();
  private idleListeners: (() => void)[] = [];
  /** Answers that could not be committed before the end: still this process's, not orphans. */
  private readonly uncommitted = new Map<string, AttemptRef>();
  /** Requests that were called and could not be given back: who does it later must say so. */
  private readonly calledBefore = new Map<string, AttemptRef>();

  /** How many run. */
  get count(): number {
    return this.running.size;
  }

  /**
   * Begins to keep an attempt.
   *
   * @param claim a request that this process has just claimed
   */
  begin(claim: Claim): RunningAttempt {
    const running = {
      claim,
      startedAt: performance.now(),
      abort: new LightAbortController(),
      called: false,
      releasing: false,
      answerShare: null,
    };
    this.running.set(attemptKey(claim), running);
    return running;
  }

  /**
   * Forgets an attempt that runs no more, and gives its memory back.
   *
   * @param running the attempt
   */
  end(running: RunningAttempt): void {
    running.answerShare?.release();
    this.running.delete(attemptKey(running.claim));
    if (this.running.size === 0) {
      this.idleListeners.splice(0).forEach((listener) => listener());
    }
  }

  /** Attempts that are running, and those whose end is not committed. */
  owned(): AttemptRef[] {
    return [...this.uncommitted.values(), ...this.running.values().map(({ claim }) => claim)];
  }

  /**
   * Ends the provider call of an attempt whose request is no longer this process's.
   *
   * @param attempt which; another of the same request is left alone
   */
  abort(attempt: AttemptRef): void {
    this.running.get(attemptKey(attempt))?.abort.abort();
  }

  /** Ends all provider calls: their requests are given back. */
  releaseAll(): void {
    for (const running of this.running.values()) {
      running.releasing = true;
      running.abort.abort();
    }
  }

  /**
   * Keeps an attempt whose end could not be committed.
   *
   * @param attempt which
   */
  keepUncommitted({ id, fence }: AttemptRef): void {
    this.uncommitted.set(attemptKey({ id, fence }), { id, fence });
  }

  /**
   * Remembers that the provider may have got the call of a request that could not be given back.
   *
   * @param attempt under which it was called
   */
  keepCalled({ id, fence }: AttemptRef): void {
    this.calledBefore.set(attemptKey({ id, fence }), { id, fence });
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
   * Resolves when nothing runs.
   *
   * @param limitMs or when this time is up, in ms
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
