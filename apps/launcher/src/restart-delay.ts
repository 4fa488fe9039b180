const FIRST_MS = 250;
const LONGEST_MS = 15_000;
/** A process that ran this long was well: its next death is a first one again. */
const WELL_AFTER_MS = 60_000;

/**
 * How long to wait before a process that died is started again: 250 ms, then twice as long each
 * time, at most 15 s, so that one that can't run does not take the machine from the others.
 *
 * @param deaths how often it has died in a row before
 * @returns milliseconds
 */
export function restartDelayMs(deaths: number): number {
  return Math.min(FIRST_MS * 2 ** deaths, LONGEST_MS);
}

/**
 * How many deaths in a row precede the next one.
 *
 * @param deaths how many preceded this one
 * @param ranMs how long the process ran
 */
export function deathsInARow(deaths: number, ranMs: number): number {
  return ranMs >= WELL_AFTER_MS ? 0 : deaths + 1;
}
