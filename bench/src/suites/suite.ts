import type { Measurement } from '../measure.js';

/** What a suite runs with. */
export interface SuiteOptions {
  /** Counted runs of each load; the median is reported. */
  runs: number;
  seconds: number;
  redisUrl: string | undefined;
  /** Tells of progress. */
  say: (line: string) => void;
}

/** A set of loads that belong together. */
export type Suite = (options: SuiteOptions) => Promise<Measurement[]>;
