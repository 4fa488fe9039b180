import type { Lane, LaneLimits } from '../admin/types.js';
import type { Colors } from './output.js';
import { printable, shortTime } from './printable.js';
import { table } from './table.js';

/** Number of waiting requests from which they are not counted on. */
const MOST_COUNTED = 1_000;

/**
 * Lanes as a table.
 *
 * @param lanes which
 * @param colors for the screen
 */
export function showLanes(lanes: readonly Lane[], colors: Colors): string {
  return table(
    [
      'PROVIDER',
      'MODEL',
      'STATE',
      'WHY',
      'A MINUTE',
      'LIMITS',
      'WAITING',
      'RUNNING',
      'UNTIL (UTC)',
    ],
    lanes.map((lane) => {
      const until = lane.phase === 'open' ? lane.probe_at : lane.hold_until;
      return [
        printable(lane.provider),
        printable(lane.model ?? '(all)'),
        stateOf(lane, colors),
        printable(lane.reason ?? ''),
        lane.pace_per_minute === null ? '' : String(lane.pace_per_minute),
        lane.limits === null ? '' : limitsInWords(lane.limits),
        `${lane.waiting_requests}${lane.waiting_requests >= MOST_COUNTED ? '+' : ''}`,
        String(lane.running_calls),
        until === null ? '' : shortTime(until),
      ];
    }),
    colors,
  );
}

/**
 * Limits in words.
 *
 * @param limits the limits
 */
export function limitsInWords(limits: LaneLimits): string {
  const words = [
    [limits.requests_per_minute, 'requests a minute'],
    [limits.tokens_per_minute, 'tokens a minute'],
    [limits.calls_at_once, 'calls at once'],
  ] as const;
  return words
    .filter(([limit]) => limit !== null)
    .map(([limit, what]) => `${limit} ${what}`)
    .join(', ');
}

function stateOf({ phase }: Lane, colors: Colors): string {
  switch (phase) {
    case 'open':
      return colors.red(phase);
    case 'paced':
    case 'ramping':
      return colors.yellow(phase);
    case 'clear':
      return colors.green(phase);
  }
}
