/**
 * Factor of a longer run: `REQRUN_FUZZ_FACTOR=5` tries five times as many inputs as CI does.
 * Anything that is not a positive number counts as 1.
 */
const FACTOR = Math.max(1, Number(process.env['REQRUN_FUZZ_FACTOR']) || 1);

/**
 * Number of inputs of one fuzz test.
 *
 * @param inCi number that CI tries
 * @returns that number, times `REQRUN_FUZZ_FACTOR`
 */
export function fuzzSize(inCi: number): number {
  return Math.ceil(inCi * FACTOR);
}
