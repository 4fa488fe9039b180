import type { Measurement } from '../measure.js';
import type { RedisServer } from '../product.js';
import type { Section } from '../report.js';

/** What a suite runs with. */
export interface SuiteOptions {
  /** Counted runs of each load; the median is reported. */
  runs: number;
  seconds: number;
  /** A quick look instead of a measurement. */
  quick: boolean;
  /** Runs for this benchmark, if it was asked for. */
  redis: RedisServer | undefined;
  /** Tells of progress. */
  say: (line: string) => void;
}

/** A set of loads that belong together. */
export type Suite = (options: SuiteOptions) => Promise<Measurement[]>;

/** A suite that asks something of its own, with a table of its own. */
export type Study = (options: SuiteOptions) => Promise<Section[]>;
