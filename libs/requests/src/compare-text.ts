/**
 * The order of UUIDs in the database: that of their hexadecimal digits.
 *
 * @param a one text
 * @param b another
 * @returns below 0, 0 or above, as `sort` takes it
 */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
