import { MAX_RETRY_COUNT } from './policy.js';

/** The wait before the first retry when no header says otherwise, in milliseconds. */
const FIRST_DELAY_MS = 1_000;

/** Each exponential wait is this many times the one before. */
const GROWTH = 2;

/** The longest exponential wait of a request that is tried until its deadline, in milliseconds. */
export const MAX_PATIENT_DELAY_MS = 300_000;

/** How far a wait is spread: by up to this share of it. */
export const JITTER_RATIO = 0.25;

/**
 * The exponential wait before a retry, without jitter, in milliseconds: 1, 2, 4, 8, 16 s.
 *
 * @param retriesUsed retries of this round that came before, 0 for the first retry
 */
export function backoffBaseMs(retriesUsed: number): number {
  return FIRST_DELAY_MS * GROWTH ** Math.min(retriesUsed, MAX_RETRY_COUNT - 1);
}

/**
 * The exponential wait before a retry of a request that is tried until its deadline, without jitter, in
 * milliseconds: 1, 2, 4, … up to {@link MAX_PATIENT_DELAY_MS}. A provider that is out for an hour is then
 * called some twenty times, and is back for five minutes at most before it is called again.
 *
 * @param retriesUsed retries of this round that came before, 0 for the first retry
 */
export function patientBackoffMs(retriesUsed: number): number {
  // Beyond the exponents of a double all is the longest wait.
  return Math.min(MAX_PATIENT_DELAY_MS, FIRST_DELAY_MS * GROWTH ** Math.min(retriesUsed, 64));
}

/**
 * Spreads an exponential wait by ±25 %, so that requests that failed together do not come back
 * together.
 *
 * @param baseMs the wait, in milliseconds
 * @param random in [0, 1): 0 gives the shortest wait, 0.5 the wait as it is
 */
export function jitterAround(baseMs: number, random: number): number {
  return Math.floor(baseMs * (1 - JITTER_RATIO + 2 * JITTER_RATIO * random));
}

/**
 * Spreads a wait that the provider asked for by up to 25 % upwards and never downwards: an attempt
 * that comes too early is refused again, and costs a retry.
 *
 * @param baseMs the wait, in whole milliseconds
 * @param random in [0, 1): 0 gives the wait as it is
 */
export function jitterAbove(baseMs: number, random: number): number {
  return Math.floor(baseMs * (1 + JITTER_RATIO * random));
}
