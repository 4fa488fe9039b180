const MAX_LENGTH = 256;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** Longest text of a valid model, in bytes: a character has up to four. */
export const MAX_MODEL_BYTES = 4 * MAX_LENGTH;

/** Rule for a model, as errors say it. */
export const MODEL_RULE = `must be a non-empty string of at most ${MAX_LENGTH} characters`;

/**
 * Returns whether a value can be the name of a model.
 *
 * @param value any JSON value
 */
export const isModelName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  !isLonger(value, MAX_LENGTH) &&
  !CONTROL_CHARACTER.test(value) &&
  value.isWellFormed();

/**
 * Compares a length in characters. Code units are counted first: a character has at most two.
 *
 * @param text any string
 * @param characters largest number of characters
 */
export const isLonger = (text: string, characters: number): boolean =>
  text.length > characters &&
  (text.length > 2 * characters || Array.from(text).length > characters);
