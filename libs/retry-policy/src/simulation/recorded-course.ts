import { mendsWithTime } from '../decide-next-step.js';
import { type RecordedFailure, recordedFailure } from './recorded-failure.js';
import type { FallbackModel, RecordedAttempt, RecordedRequest } from './recorded.js';

/** A recorded attempt with what stood before it among those of its model. */
export interface PlacedAttempt {
  readonly attempt: RecordedAttempt;
  /** Its failure; null where it has none. */
  readonly failure: RecordedFailure | null;
  /** Attempt that was made after it, of whichever model. */
  readonly next: PlacedAttempt | null;
  /** Attempt of the same model after it. */
  readonly nextOfModel: PlacedAttempt | null;
  /** Index of its model among those that were called. */
  readonly modelAt: number;
  readonly retriesUsed: number;
  readonly boundedFailures: number;
}

/** Attempts of one model, without a break. */
interface ModelRun {
  readonly model: string;
  readonly provider: string | null;
  readonly first: PlacedAttempt;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The attempts of a request in their course, from model to model. */
export class RecordedCourse {
  /** The first attempt of each model that was called, in their order. */
  readonly runs: readonly ModelRun[];

  /** @param request the request, with at least one attempt */
  constructor(request: RecordedRequest) {
    const runs: Mutable<ModelRun>[] = [];
    let before: Mutable<PlacedAttempt> | null = null;
    for (const attempt of request.attempts) {
      const placed: Mutable<PlacedAttempt> = {
        attempt,
        failure: attempt.outcome === 'failed' ? recordedFailure(attempt, request.policy) : null,
        next: null,
        nextOfModel: null,
        modelAt: runs.length,
        retriesUsed: 0,
        boundedFailures: 0,
      };
      if (before === null || isAnotherModel(before.attempt, attempt)) {
        runs.push({ model: attempt.model, provider: attempt.provider, first: placed });
      } else {
        placed.modelAt = before.modelAt;
        placed.retriesUsed = before.retriesUsed + (before.failure === null ? 0 : 1);
        placed.boundedFailures = before.boundedFailures + (isBounded(before.failure) ? 1 : 0);
        before.nextOfModel = placed;
        const run = runs.at(-1);
        if (run !== undefined) {
          run.provider ??= attempt.provider;
        }
      }
      if (before !== null) {
        before.next = placed;
      }
      before = placed;
    }
    this.runs = runs;
  }

  /**
   * Finds the first attempt of a fallback.
   *
   * @param fallback the model that it would call
   * @returns null where it was never called
   */
  firstOf({ model, provider }: FallbackModel): PlacedAttempt | null {
    const run = this.runs
      .slice(1)
      .find(
        (one) =>
          one.model === model &&
          (provider === null || one.provider === null || one.provider === provider),
      );
    return run?.first ?? null;
  }
}

const isAnotherModel = (before: RecordedAttempt, attempt: RecordedAttempt): boolean =>
  before.decision === 'fallback' || before.model !== attempt.model;

/** Returns whether a failure counts against the retries of a policy until the deadline. */
export function isBounded(failure: RecordedFailure | null): boolean {
  return (
    failure !== null &&
    failure.kind !== 'final' &&
    failure.kind !== 'not_called' &&
    !mendsWithTime(failure)
  );
}
