/** What the picture of a request's life is drawn from. */
export interface RequestTimes {
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly completed_at: string | null;
  readonly status: string;
}

/** What it is drawn from of an attempt. */
export interface AttemptTimes {
  readonly number: number;
  readonly round: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly outcome: string;
}

/** A stretch of a request's life. Times are milliseconds since 1970. */
export interface Segment {
  /** `queue`: not begun yet; `wait`: between attempts; `idle`: ended, until it was run again. */
  readonly kind: 'queue' | 'wait' | 'idle' | 'attempt';
  readonly from: number;
  readonly to: number;
  /** The attempt; in front of which attempt, for the others. */
  readonly number: number;
  /** An attempt's outcome. */
  readonly outcome: string | null;
  /** Whether it goes on. */
  readonly open: boolean;
}

const ENDED = new Set(['completed', 'failed', 'canceled']);

/**
 * A request's life, one stretch behind the other, without gaps.
 *
 * @param request its times
 * @param attempts oldest first
 * @param now milliseconds since 1970
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
    // It ended in a wait: by its deadline, or because somebody canceled it.
    gap(
      round === null ? 'queue' : 'wait',
      Date.parse(request.completed_at),
      attempts.length,
      false,
    );
  }
  return segments;
}
