import { Matches } from 'class-validator';

/** No NUL, and no half of a surrogate pair: PostgreSQL's text holds neither. */
const STORABLE = /^[^\0\p{Cs}]*$/u;

/**
 * Tells whether PostgreSQL takes a text, in a column, in JSON, or to compare with.
 *
 * @param text any string
 */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** A text that goes to PostgreSQL, which fails on any that `isStorable` does not pass. */
export const IsStorableText = (): PropertyDecorator =>
  Matches(STORABLE, {
    message: '$property must have no NUL character and no half of a surrogate pair',
  });
