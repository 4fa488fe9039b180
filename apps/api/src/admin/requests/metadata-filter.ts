import { ApiError } from '../../http/api-error.js';
import { isStorable } from '../../http/storable-text.js';

/** Limits of a request's metadata. A filter beyond them could match nothing. */
const MAX_PAIRS = 16;
const MAX_NAME = 64;
const MAX_VALUE = 512;

/**
 * Checks the metadata pairs of a filter.
 *
 * @param pairs names and values, as received
 * @param path prefix of the names in errors, e.g. `filter.metadata.`
 * @returns undefined where there are none
 * @throws ApiError naming the first pair that is not valid
 */
export function checkMetadata(
  pairs: readonly (readonly [string, unknown])[],
  path: string,
): Record<string, string> | undefined {
  if (pairs.length > MAX_PAIRS) {
    throw new ApiError('invalid_value', {
      param: path.slice(0, -1),
      message: `There may be at most ${MAX_PAIRS} pairs of metadata.`,
    });
  }
  const checked = pairs.map(([name, value]): [string, string] => {
    // Code units are counted first: a character has at most two of them.
    if (name.length > 2 * MAX_NAME || Array.from(name).length > MAX_NAME || !isStorable(name)) {
      throw new ApiError('invalid_value', {
        param: path.slice(0, -1),
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
        param: `${path}${name}`,
        message: `Values of metadata are texts of at most ${MAX_VALUE} characters, without NUL.`,
      });
    }
    return [name, value];
  });
  return checked.length === 0 ? undefined : Object.fromEntries(checked);
}
