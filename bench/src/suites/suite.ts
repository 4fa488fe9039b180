import type { Measurement } from '../measure.js';
import type { RedisServer } from '../product.js';
import type { Section } from '../report.js';

/** Options of a run of a suite. */
export interface SuiteOptions {
  /** Number of counted runs of each load; the median is reported. */
  runs: number;
  seconds: number;
  /** Whether to run a quick check instead of a measurement. */
  quick: boolean;
  /** The Redis server of this benchmark, if `--redis` is set. */
  redis: RedisServer | undefined;
  /** Another built checkout to compare with. */
  baseline: string | undefined;
  /** Reports progress. */
  say: (line: string) => void;
}

/** A suite of loads with the usual table. */
export type Suite = (options: SuiteOptions) => Promise<Measurement[]>;

/** A suite with a procedure and a table of its own. */
export type Study = (options: SuiteOptions) => Promise<Section[]>;
