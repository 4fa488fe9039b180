import { ApiError } from './api-error.js';
import { isStorable } from './storable-text.js';

/** Limits of a request's metadata. A filter beyond them could match nothing. */
const MAX_PAIRS = 16;
const MAX_NAME = 64;
const MAX_VALUE = 512;

/**
 * Checks the metadata pairs of a filter.
 *
 * @param pairs names and values, as received
 * @param base name of all pairs in errors, e.g. `filter.metadata`
 * @param nameOf name of one pair in errors, e.g. `filter.metadata.order`
 * @returns undefined where there are none
 * @throws ApiError naming the first pair that is not valid
 */
export function checkMetadata(
  pairs: readonly (readonly [string, unknown])[],
  base: string,
  nameOf: (name: string) => string = (name) => `${base}.${name}`,
): Record<string, string> | undefined {
  if (pairs.length > MAX_PAIRS) {
    throw new ApiError('invalid_value', {
      param: base,
      message: `There may be at most ${MAX_PAIRS} pairs of metadata.`,
    });
  }
  const checked = pairs.map(([name, value]): [string, string] => {
    // Code units are counted first: a character has at most two of them.
    if (name.length > 2 * MAX_NAME || Array.from(name).length > MAX_NAME || !isStorable(name)) {
      throw new ApiError('invalid_value', {
        param: base,
        message: `Names of metadata have at most ${MAX_NAME} characters, and no NUL.`,
      });
    }
    if (
      typeof value !== 'string' ||
      value.length > 2 * MAX_VALUE ||
      Array.from(value).length > MAX_VALUE ||
      !isStorable(value)
    ) {
      throw new ApiError('invalid_value', {
        param: nameOf(name),
        message: `Values of metadata are texts of at most ${MAX_VALUE} characters, without NUL.`,
      });
    }
    return [name, value];
  });
  return checked.length === 0 ? undefined : Object.fromEntries(checked);
}
