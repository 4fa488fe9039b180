import { InvalidArgumentError } from 'commander';

/**
 * Reads a whole number above 0.
 *
 * @param text what was given
 * @throws InvalidArgumentError
 */
export function parseCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1) {
    throw new InvalidArgumentError('It must be a whole number above 0.');
  }
  return count;
}
