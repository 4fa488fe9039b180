import { replay, type ReplayedEnd } from './replay.js';
import type { PolicyChange, RecordedRequest } from './recorded.js';

/** Requests by how they would have ended. */
export interface EndCounts {
  completed: number;
  failed: number;
  /** Another call of the same model would have been made. */
  would_retry: number;
  /** A model would have been called that was not. */
  would_fall_back: number;
  /** A call would have gone on that was given up. */
  would_call_longer: number;
}

/** Median and 95th percentile, in ms; null without any values. */
export interface Spread {
  p50: number | null;
  p95: number | null;
}

/** Result of a simulation. */
export interface SimulationCounts {
  /** Requests that were replayed. */
  sampled: number;
  actual: { completed: number; failed: number; duration_ms: Spread };
  /** All of them under the other policy. `unknown` are those of the three `would`. */
  simulated: EndCounts & { unknown: number; duration_ms: Spread };
  /** Of those that failed. */
  of_failed: EndCounts & {
    /** From the failure to the beginning of the call that was not made; below 0 where it would begin earlier. */
    added_delay_ms: Spread;
  };
  /** Of those that completed. */
  of_completed: EndCounts;
}

const COUNTED: Readonly<Record<ReplayedEnd['end'], keyof EndCounts>> = {
  completed: 'completed',
  failed: 'failed',
  retry: 'would_retry',
  fallback: 'would_fall_back',
  longer_call: 'would_call_longer',
};

/** Counts how requests would have ended under another policy. It keeps numbers, and no request. */
export class PolicySimulation {
  private readonly of: Readonly<Record<RecordedRequest['ended'], EndCounts>> = {
    failed: noCounts(),
    completed: noCounts(),
  };
  private readonly durations: number[] = [];
  private readonly simulatedDurations: number[] = [];
  private readonly delays: number[] = [];

  /** @param change what would have been different */
  constructor(private readonly change: PolicyChange) {}

  /**
   * Replays a request.
   *
   * @param request the request, with at least one attempt
   */
  add(request: RecordedRequest): void {
    const { end, atMs } = replay(request, this.change);
    this.of[request.ended][COUNTED[end]] += 1;
    if (request.ended === 'completed') {
      this.durations.push(request.durationMs);
    } else if (end === 'retry' || end === 'fallback') {
      this.delays.push(atMs - request.durationMs);
    }
    if (end === 'completed') {
      this.simulatedDurations.push(atMs);
    }
  }

  /** Returns the result for all requests that were added. */
  result(): SimulationCounts {
    const { failed, completed } = this.of;
    const all = sumOf(failed, completed);
    return {
      sampled: totalOf(all),
      actual: {
        completed: totalOf(completed),
        failed: totalOf(failed),
        duration_ms: spreadOf(this.durations),
      },
      simulated: {
        ...all,
        unknown: unknownOf(all),
        duration_ms: spreadOf(this.simulatedDurations),
      },
      of_failed: { ...failed, added_delay_ms: spreadOf(this.delays) },
      of_completed: { ...completed },
    };
  }
}

const noCounts = (): EndCounts => ({
  ...{ completed: 0, failed: 0, would_retry: 0, would_fall_back: 0, would_call_longer: 0 },
});

function sumOf(a: EndCounts, b: EndCounts): EndCounts {
  return {
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    would_retry: a.would_retry + b.would_retry,
    would_fall_back: a.would_fall_back + b.would_fall_back,
    would_call_longer: a.would_call_longer + b.would_call_longer,
  };
}

const totalOf = (counts: EndCounts): number => counts.completed + counts.failed + unknownOf(counts);

const unknownOf = (counts: EndCounts): number =>
  counts.would_retry + counts.would_fall_back + counts.would_call_longer;

function spreadOf(values: number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number | null =>
    sorted.length === 0 ? null : Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}
