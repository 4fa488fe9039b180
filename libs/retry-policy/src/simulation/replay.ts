import type { CallFailure } from '../call-failure.js';
import { decideNextStep } from '../decide-next-step.js';
import { modelsLeft, nextModel } from '../plan.js';
import type { PlannedModel, RequestPolicy } from '../request-policy.js';
import { isBounded, type PlacedAttempt, RecordedCourse } from './recorded-course.js';
import type { RecordedFailure } from './recorded-failure.js';
import type { FallbackModel, PolicyChange, RecordedAttempt, RecordedRequest } from './recorded.js';

/**
 * End of a request under another policy, as far as its attempts tell it. `retry` and `fallback` are a call that
 * nobody has made, `longer_call` is one that was given up earlier than it would be. Nobody knows how these would
 * have ended.
 */
export interface ReplayedEnd {
  readonly end: 'completed' | 'failed' | 'retry' | 'fallback' | 'longer_call';
  /** From acceptance to the end, or to the beginning of the call that nobody has made, in ms. */
  readonly atMs: number;
}

/** Timeouts that a longer call does not avoid. */
const OTHER_TIMEOUTS: ReadonlySet<string | null> = new Set([
  'no_connection',
  'no_first_token',
  'stalled',
]);
/** The middle of the jitter, which leaves a wait as it is. */
const NO_JITTER = 0.5;

/** A step after an attempt, without its reason. */
type Step =
  | { readonly action: 'succeed' }
  | { readonly action: 'fail' }
  | { readonly action: 'retry'; readonly delayMs: number }
  | { readonly action: 'fallback'; readonly to: 'next' | 'other_provider' };

/**
 * Runs a request again on paper: its attempts, in their order, under another policy. It stops where nothing was tried,
 * and guesses nothing. With no change it ends as it did.
 *
 * @param request the request
 * @param change what would have been different
 */
export function replay(request: RecordedRequest, change: PolicyChange): ReplayedEnd {
  return new Replay(request, change).run();
}

class Replay {
  private readonly own: RequestPolicy;
  private readonly policy: RequestPolicy;
  private readonly course: RecordedCourse;
  private readonly ownPlan: readonly PlannedModel[];
  private readonly plan: readonly PlannedModel[];
  private planAt = 0;
  private retriesUsed = 0;
  private boundedFailures = 0;
  private atMs = 0;
  /** The attempt that is passed. */
  private at: PlacedAttempt | null;
  /** Whether it was otherwise than recorded at any point. */
  private hasLeft = false;

  constructor(
    private readonly request: RecordedRequest,
    change: PolicyChange,
  ) {
    this.own = request.policy;
    this.course = new RecordedCourse(request);
    this.at = this.course.runs[0]?.first ?? null;
    const first = this.own.plan?.[0] ?? planned({ model: request.model, provider: null });
    const provider = first.provider ?? this.course.runs[0]?.provider ?? null;
    this.ownPlan = [{ ...first, provider }, ...(this.own.plan ?? []).slice(1)];
    this.plan =
      change.fallbacks === undefined
        ? this.ownPlan
        : [...this.ownPlan.slice(0, 1), ...change.fallbacks.map(planned)];
    this.policy = changed(this.own, change);
  }

  run(): ReplayedEnd {
    this.atMs = this.at?.attempt.startMs ?? 0;
    while (this.at !== null) {
      const after = this.pass(this.at);
      if ('end' in after) {
        return after;
      }
      this.at = after.next;
    }
    return this.end('failed');
  }

  /** Passes an attempt; the next one follows, or the end. */
  private pass(placed: PlacedAttempt): ReplayedEnd | { next: PlacedAttempt } {
    const { attempt } = placed;
    const left = this.policy.deadlineMs - this.atMs;
    if (this.deadlineCounts && left <= 0) {
      return this.end('failed');
    }
    if (attempt.outcome === 'lost' || attempt.outcome === 'released') {
      const { nextOfModel } = placed;
      this.atMs += (nextOfModel?.attempt.startMs ?? attempt.endMs) - attempt.startMs;
      return nextOfModel === null ? this.end('failed') : { next: nextOfModel };
    }
    const limitMs = Math.min(
      this.policy.callTimeoutMs < this.own.callTimeoutMs ? this.policy.callTimeoutMs : Infinity,
      this.deadlineCounts ? left : Infinity,
    );
    const durationMs = attempt.endMs - attempt.startMs;
    if (durationMs > limitMs) {
      this.hasLeft = true;
      this.atMs += limitMs;
      return this.follow(placed, { kind: 'timeout' }, false);
    }
    if (this.wouldRunOn(placed)) {
      return this.end('longer_call');
    }
    this.atMs += durationMs;
    return placed.failure === null
      ? this.end('completed')
      : this.follow(placed, placed.failure, true);
  }

  /** Whether a deadline may cut what was not cut. Times that are as recorded are within their own deadline. */
  private get deadlineCounts(): boolean {
    return this.hasLeft || this.policy.deadlineMs < this.own.deadlineMs;
  }

  /** Whether the call was given up by a limit that would be a longer one. */
  private wouldRunOn({ attempt }: PlacedAttempt): boolean {
    if (attempt.errorCode !== 'timeout' || OTHER_TIMEOUTS.has(attempt.errorDetail)) {
      return false;
    }
    const ownLimitMs = Math.min(this.own.callTimeoutMs, this.own.deadlineMs - attempt.startMs);
    const limitMs = Math.min(this.policy.callTimeoutMs, this.policy.deadlineMs - this.atMs);
    const isLonger =
      // It begins at another time, so that its deadline leaves it another.
      this.hasLeft ||
      this.policy.callTimeoutMs > this.own.callTimeoutMs ||
      this.policy.deadlineMs > this.own.deadlineMs;
    return isLonger && limitMs > ownLimitMs;
  }

  /**
   * Takes the step after a failure.
   *
   * @param placed the attempt
   * @param failure how it failed
   * @param isAsRecorded whether the record says what followed such a failure
   */
  private follow(
    placed: PlacedAttempt,
    failure: RecordedFailure,
    isAsRecorded: boolean,
  ): ReplayedEnd | { next: PlacedAttempt } {
    const { step, isRecorded } = this.stepAfter(placed, failure, isAsRecorded);
    if (step.action === 'fail' || step.action === 'succeed') {
      return this.end('failed');
    }
    const next = step.action === 'retry' ? placed.nextOfModel : this.firstOfNextModel(step.to);
    if (next === null && isRecorded && this.hasExpired(placed)) {
      return this.end('failed');
    }
    if (isRecorded && next !== null && next === placed.next) {
      this.atMs += next.attempt.startMs - placed.attempt.endMs;
    } else {
      this.hasLeft = true;
      this.atMs += step.action === 'retry' ? step.delayMs : 0;
    }
    if (step.action === 'retry') {
      this.retriesUsed += 1;
      this.boundedFailures += isBounded(failure) ? 1 : 0;
    } else {
      this.retriesUsed = 0;
      this.boundedFailures = 0;
    }
    return next === null ? this.end(step.action) : { next };
  }

  /**
   * The step that follows, and whether it is the one on record; what is recorded counts where both policies decide
   * alike, because only it knows all. A wait that was shorter because of a near deadline, or by another rule, is none of
   * this policy.
   */
  private stepAfter(
    placed: PlacedAttempt,
    failure: RecordedFailure,
    isAsRecorded: boolean,
  ): { step: Step; isRecorded: boolean } {
    const step = decide(this.policy, this.plan, this.planAt, failure, {
      retriesUsed: this.retriesUsed,
      boundedFailures: this.boundedFailures,
      msUntilDeadline: this.policy.deadlineMs - this.atMs,
    });
    if (!isAsRecorded) {
      return { step, isRecorded: false };
    }
    const { attempt } = placed;
    const own = decide(this.own, this.ownPlan, this.ownPlanAt(placed), failure, {
      retriesUsed: placed.retriesUsed,
      boundedFailures: placed.boundedFailures,
      msUntilDeadline: this.own.deadlineMs - attempt.endMs,
    });
    if (step.action === attempt.decision) {
      return { step, isRecorded: own.action !== step.action || delayOf(own) === delayOf(step) };
    }
    const recorded = own.action === step.action ? this.recordedStep(attempt) : null;
    return { step: recorded ?? step, isRecorded: recorded !== null };
  }

  /** The step that the record has; null where it has none that can be taken. */
  private recordedStep({ decision, delayMs }: RecordedAttempt): Step | null {
    switch (decision) {
      case 'fail':
        return { action: 'fail' };
      case 'retry':
        return { action: 'retry', delayMs: delayMs ?? 0 };
      case 'fallback':
        return nextModel(this.plan, this.planAt, 'next') && { action: 'fallback', to: 'next' };
      case null:
      default:
        return null;
    }
  }

  private ownPlanAt({ modelAt }: PlacedAttempt): number {
    const run = this.course.runs[modelAt];
    const at = this.ownPlan.findIndex(
      ({ model }, index) => index >= modelAt && model === run?.model,
    );
    return at === -1 ? modelAt : at;
  }

  private firstOfNextModel(to: 'next' | 'other_provider'): PlacedAttempt | null {
    const next = nextModel(this.plan, this.planAt, to);
    this.planAt = next?.planAt ?? this.planAt;
    const model = this.plan[this.planAt];
    return next === null || model === undefined ? null : this.course.firstOf(model);
  }

  /** Whether a request was ended by its deadline while it waited for what would follow here too. */
  private hasExpired({ next }: PlacedAttempt): boolean {
    return (
      next === null &&
      this.request.ended === 'failed' &&
      this.policy.deadlineMs <= this.own.deadlineMs
    );
  }

  private end(end: ReplayedEnd['end']): ReplayedEnd {
    const isAsRecorded = !this.hasLeft && this.at?.next === null && end === this.request.ended;
    return { end, atMs: isAsRecorded ? this.request.durationMs : this.atMs };
  }
}

const delayOf = (step: Step): number | null => ('delayMs' in step ? step.delayMs : null);

/** Facts that a decision needs beside the failure. */
type Counts = Readonly<Record<'retriesUsed' | 'boundedFailures' | 'msUntilDeadline', number>>;

function decide(
  policy: RequestPolicy,
  plan: readonly PlannedModel[],
  planAt: number,
  failure: RecordedFailure,
  counts: Counts,
): Step {
  if (failure.kind === 'final') {
    return { action: 'fail' };
  }
  const left = modelsLeft(plan, planAt);
  if (failure.kind === 'not_called') {
    return left.fallbacksLeft > 0 ? { action: 'fallback', to: 'next' } : { action: 'fail' };
  }
  return decideNextStep(policy, {
    outcome: failure,
    ...counts,
    ...left,
    nowMs: 0,
    random: hasWait(failure) ? 0 : NO_JITTER,
  });
}

/** A wait that a provider asked for has its jitter already. */
const hasWait = (failure: CallFailure): boolean =>
  failure.kind === 'http' && 'retry-after-ms' in failure.headers;

const planned = ({ model, provider }: FallbackModel): PlannedModel => ({
  ...{ name: model, model, provider, providerId: null },
});

function changed(own: RequestPolicy, change: PolicyChange): RequestPolicy {
  const { retry } = change;
  return {
    ...own,
    ...(retry !== undefined && {
      count: retry.count ?? own.count,
      onCodes: retry.onCodes ?? own.onCodes,
      untilDeadline: retry.untilDeadline ?? false,
    }),
    callTimeoutMs: change.callTimeoutMs ?? own.callTimeoutMs,
    deadlineMs: change.deadlineMs ?? own.deadlineMs,
  };
}
