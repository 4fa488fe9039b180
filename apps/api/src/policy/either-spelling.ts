import { isDeepStrictEqual } from 'node:util';

import { ApiError } from '../http/api-error.js';

/**
 * Reads a field that has two spellings.
 *
 * @param own value at the top level; undefined where it is missing
 * @param orq value below `orq`
 * @param name of the field
 * @param orqName its name below `orq`, where that is another one
 * @throws ApiError when both are given and differ
 */
export function eitherSpelling(
  own: unknown,
  orq: unknown,
  name: string,
  orqName: string = name,
): unknown {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
  if (isGiven(own) && isGiven(orq) && !isDeepStrictEqual(own, orq)) {
    throw new ApiError('invalid_value', {
      param: `orq.${orqName}`,
      message: `${name} and orq.${orqName} differ: send one of them.`,
    });
  }
  return own ?? orq;
}
