import type { PolicySimulation, PolicySimulationEnds } from '@reqrun/sdk';

import type { Colors } from './output.js';
import { shortDuration } from './printable.js';
import { table } from './table.js';

/**
 * A simulation as a table: how requests ended, and how they would have.
 *
 * @param simulation its result
 * @param colors for the screen
 */
export function showSimulation(simulation: PolicySimulation, colors: Colors): string {
  const { actual, simulated, of_failed: ofFailed, of_completed: ofCompleted } = simulation;
  const rows = [
    rowOf('completed', actual.completed, ofCompleted),
    rowOf('failed', actual.failed, ofFailed),
    rowOf('all', simulation.sampled, simulated),
  ];
  return [
    table(
      ['ENDED', 'REQUESTS', 'COMPLETES', 'FAILS', 'NEXT RETRY', 'NEXT MODEL', 'LONGER CALL'],
      rows,
      colors,
    ),
    '',
    colors.dim(notesOf(simulation).join('\n')),
  ].join('\n');
}

const rowOf = (name: string, count: number, ends: PolicySimulationEnds): string[] =>
  [
    count,
    ends.completed,
    ends.failed,
    ends.would_retry,
    ends.would_fall_back,
    ends.would_call_longer,
  ].reduce<string[]>((row, number) => [...row, String(number)], [name]);

function notesOf({
  requests,
  capped,
  sampled,
  simulated,
  of_failed: of,
}: PolicySimulation): string[] {
  const { p50, p95 } = of.added_delay_ms;
  return [
    `${sampled} of ${requests} requests could be replayed${capped ? '; older ones were not looked at' : ''}.`,
    ...(simulated.unknown === 0
      ? []
      : [
          `How ${simulated.unknown} of them would have ended is unknown: nobody has made the next call.`,
        ]),
    ...(p50 === null || p95 === null
      ? []
      : [`Failed ones would be called again after ${signed(p50)} (p95 ${signed(p95)}).`]),
  ];
}

const signed = (ms: number): string => (ms < 0 ? `-${shortDuration(-ms)}` : shortDuration(ms));
