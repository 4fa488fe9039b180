import type { Quantiles } from '../statistics.js';

/** A load of streams for the driver. */
export interface StreamJob {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Further fields of the body. */
  fields: Readonly<Record<string, unknown>>;
  /** Number of streams at once; each is followed by another. */
  streams: number;
  /** Number of tokens of each stream. */
  tokens: number;
  tokensPerSecond: number;
  /** Time of counting, in seconds. */
  seconds: number;
  /** Time of sending before that, in seconds. */
  rampSeconds: number;
}

/** Result of a load of streams. Times are in ms. */
export interface StreamResult {
  /** Number of streams that ended cleanly. */
  ended: number;
  /** Number of streams that did not. */
  broken: number;
  frames: number;
  seconds: number;
  /** Time from the call to the first token. */
  firstToken: Quantiles;
  /** Time between the arrivals of frames of one stream. */
  gap: Quantiles;
}
