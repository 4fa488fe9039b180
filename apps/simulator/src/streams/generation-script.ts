import type { StreamPlan } from './stream-plan.js';
import type { Ending, TimedText } from './stream-writer.js';

/** Place at which each connection to a generation breaks. */
export interface ConnectionBreak {
  /** Number of events that a connection shows before. */
  readonly after: number;
  readonly ending: Ending;
  /** Last thing that is written. */
  readonly text: string;
}

/** The stream of a response in the background: its events, and how connections show them. */
export interface GenerationScript {
  /** All events, with their times from the beginning of the generation. */
  readonly texts: readonly TimedText[];
  /** Duration of the generation, in ms; infinite for one that never ends. */
  readonly lastsMs: number;
  /** Code of the error that it ends with; null for a good end. */
  readonly failure: string | null;
  /** Time from the beginning for which it can be had as a stream, in ms. */
  readonly ttlMs: number;
  /** Null where no connection breaks. */
  readonly breaks: ConnectionBreak | null;
  /** How the bytes are written. */
  readonly traits: StreamPlan['traits'];
}
