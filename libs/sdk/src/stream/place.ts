/** The place of a frame: the log of an attempt, and the number within it. */
export interface Place {
  readonly log: number;
  readonly frame: number;
}

/**
 * The place that the id of a frame names.
 *
 * @param id such as `1-57`; null for none
 * @returns null where it names none
 */
export function placeOf(id: string | null): Place | null {
  const [, log, frame] = /^(\d+)-(\d+)$/.exec(id ?? '') ?? [];
  return log === undefined ? null : { log: Number(log), frame: Number(frame) };
}
