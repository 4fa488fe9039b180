import { Matches } from 'class-validator';

/** Text without NUL and without lone surrogates: PostgreSQL's text accepts neither. */
const STORABLE = /^[^\0\p{Cs}]*$/u;

/**
 * Returns whether PostgreSQL accepts a text, in a column, in JSON or as a parameter.
 *
 * @param text any string
 */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Validates a text for PostgreSQL, which fails on any that `isStorable` refuses. */
export const IsStorableText = (): PropertyDecorator =>
  Matches(STORABLE, {
    message: '$property must have no NUL character and no half of a surrogate pair',
  });
