/** Times of a request from which its timeline is drawn. */
export interface RequestTimes {
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly completed_at: string | null;
  readonly status: string;
}

/** Times of an attempt from which the timeline is drawn. */
export interface AttemptTimes {
  readonly number: number;
  readonly round: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: string;
}

/** A segment of a request's timeline. Times are in ms since 1970. */
export interface Segment {
  /** `queue`: before the first attempt; `wait`: between attempts; `idle`: after an end, until the retry. */
  readonly kind: 'queue' | 'wait' | 'idle' | 'attempt';
  readonly from: number;
  readonly to: number;
  /** Number of the attempt; for the other kinds, of the attempt that follows. */
  readonly number: number;
  /** Outcome of an attempt. */
  readonly outcome: string | null;
  /** Whether the segment has not ended. */
  readonly open: boolean;
}

const ENDED = new Set(['completed', 'failed', 'canceled']);

/**
 * Returns a request's timeline as consecutive segments without gaps.
 *
 * @param request times of the request
 * @param attempts attempts, oldest first
 * @param now current time, in ms since 1970
 */
export function segmentsOf(
  request: RequestTimes,
  attempts: readonly AttemptTimes[],
  now: number,
): readonly Segment[] {
  const segments: Segment[] = [];
  let cursor = Date.parse(request.created_at);
  let round: number | null = null;
  const gap = (kind: Segment['kind'], to: number, number: number, open: boolean): void => {
    if (to > cursor) {
      segments.push({ kind, from: cursor, to, number, outcome: null, open });
      cursor = to;
    }
  };
  for (const attempt of attempts) {
    const kind = round === null ? 'queue' : attempt.round === round ? 'wait' : 'idle';
    gap(kind, Date.parse(attempt.started_at), attempt.number, false);
    const to = attempt.ended_at === null ? Math.max(now, cursor) : Date.parse(attempt.ended_at);
    segments.push({
      kind: 'attempt',
      from: cursor,
      to: Math.max(to, cursor),
      number: attempt.number,
      outcome: attempt.outcome,
      open: attempt.ended_at === null,
    });
    cursor = Math.max(to, cursor);
    ({ round } = attempt);
  }
  const isRunning = segments.at(-1)?.open === true;
  if (!ENDED.has(request.status) && !isRunning) {
    const due = request.next_attempt_at === null ? now : Date.parse(request.next_attempt_at);
    gap(round === null ? 'queue' : 'wait', Math.max(due, now), attempts.length + 1, true);
  } else if (request.completed_at !== null && !isRunning) {
    // The request ended during a wait: its deadline passed, or a user canceled it.
    gap(
      round === null ? 'queue' : 'wait',
      Date.parse(request.completed_at),
      attempts.length,
      false,
    );
  }
  return segments;
}
