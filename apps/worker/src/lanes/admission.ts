import type { Limit, Limits } from '@reqrun/retry-policy';

/** Calls of a cold lane that may be under way at once at first. The number doubles each second. */
const COLD_CALLS = 8;
const DOUBLING_MS = 1_000;
/** Time without a success after which a lane is cold again, in ms. */
const WARM_MS = 600_000;
/** Part of what a limit has left that one worker may begin before it asks for a pace. */
const OWN_SHARE = 1 / 4;

/** End of a call, as far as it tells what may begin. */
export interface AdmissionNews {
  readonly verdict: string;
  readonly limits: Limits | undefined;
  /** Tokens that it has used; null where unknown. */
  readonly tokens: number | null;
}

/**
 * The calls that a worker may begin of a lane without a row, by what its own calls have shown. A lane that has had no
 * success lately is cold: it gets few calls at once until one succeeds, so that a limit or an outage is met by a few
 * calls and not by all that wait. Where answers tell of a limit, a worker begins a quarter of what is left, and then
 * asks for a pace that all workers share.
 */
export class Admission {
  private readonly coldSince: number;
  private warmUntil = -Infinity;
  /** Calls that may begin until the limit is whole again. */
  private budget = Infinity;
  private limits: Limits | undefined;
  private limitsAt = 0;
  private wholeAt = -Infinity;

  /** @param now `performance.now()` at the first call */
  constructor(now: number) {
    this.coldSince = now;
  }

  /**
   * Tells whether a call has succeeded lately.
   *
   * @param now `performance.now()`
   */
  isWarm(now: number): boolean {
    return this.warmUntil > now;
  }

  /**
   * Tells whether another call may begin.
   *
   * @param now `performance.now()`
   * @param inFlight calls under way
   */
  allows(now: number, inFlight: number): boolean {
    return !this.isSpent(now) && (this.isWarm(now) || inFlight < this.coldRoom(now));
  }

  /**
   * Tells whether the worker's part of a limit is used up.
   *
   * @param now `performance.now()`
   */
  isSpent(now: number): boolean {
    return this.budget <= 0 && this.wholeAt > now;
  }

  /** Notes that a call has begun. */
  begun(): void {
    this.budget -= 1;
  }

  /**
   * Notes how a call has ended.
   *
   * @param end its end
   * @param begunSince calls that have begun since it
   * @param now `performance.now()`
   */
  ended({ verdict, limits, tokens }: AdmissionNews, begunSince: number, now: number): void {
    if (verdict === 'success') {
      this.warmUntil = now + WARM_MS;
    }
    const { requests, tokens: tokenLimit } = limits ?? {};
    if (limits === undefined) {
      if (verdict === 'success') {
        this.budget = Infinity;
      }
      return;
    }
    const left = Math.min(
      requests?.remaining ?? Infinity,
      (tokenLimit?.remaining ?? Infinity) / Math.max(1, tokens ?? 1),
    );
    this.budget = Math.floor(left * OWN_SHARE) - begunSince;
    this.limits = limits;
    this.limitsAt = now;
    this.wholeAt = now + Math.max(requests?.resetMs ?? 0, tokenLimit?.resetMs ?? 0);
  }

  /**
   * The limits that the latest answer told of, as far as they have come back since.
   *
   * @param now `performance.now()`
   */
  limitsNow(now: number): Limits | undefined {
    const { requests, tokens } = this.limits ?? {};
    const ageMs = now - this.limitsAt;
    return this.limits === undefined
      ? undefined
      : {
          ...(requests !== undefined && { requests: aged(requests, ageMs) }),
          ...(tokens !== undefined && { tokens: aged(tokens, ageMs) }),
        };
  }

  private coldRoom(now: number): number {
    return COLD_CALLS * 2 ** Math.min(20, Math.floor((now - this.coldSince) / DOUBLING_MS));
  }
}

function aged({ limit, remaining, resetMs }: Limit, ageMs: number): Limit {
  const part = Math.min(1, ageMs / resetMs);
  return {
    limit,
    remaining: remaining + (limit - remaining) * part,
    resetMs: Math.max(1, resetMs - ageMs),
  };
}
