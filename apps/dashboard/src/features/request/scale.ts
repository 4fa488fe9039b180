import type { Segment } from './segments';

/** The part of a timeline from acceptance, or from a retry, to the next end. Times are ms since 1970. */
export interface TimelineRound {
  readonly from: number;
  readonly to: number;
  /** Time between the end before and this round; null for the first one. */
  readonly idleMs: number | null;
  /** One row per attempt, with the wait before it; the last may be a wait alone. */
  readonly rows: readonly (readonly Segment[])[];
}

/**
 * Groups the segments of a timeline by rounds and attempts. Rounds have a common scale, on which the time between
 * them is left out: it may be a thousand times as long as all calls.
 *
 * @param segments consecutive segments, oldest first
 */
export function roundsOf(segments: readonly Segment[]): readonly TimelineRound[] {
  const rounds: { from: number; to: number; idleMs: number | null; rows: Segment[][] }[] = [];
  let row: Segment[] = [];
  for (const segment of segments) {
    const isIdle = segment.kind === 'idle';
    let round = rounds.at(-1);
    if (round === undefined || isIdle) {
      const from = isIdle ? segment.to : segment.from;
      round = { from, to: from, idleMs: isIdle ? segment.to - segment.from : null, rows: [] };
      rounds.push(round);
    }
    if (!isIdle) {
      if (row.length === 0) {
        round.rows.push(row);
      }
      row.push(segment);
      round.to = segment.to;
      if (segment.kind === 'attempt') {
        row = [];
      }
    }
  }
  return rounds;
}
