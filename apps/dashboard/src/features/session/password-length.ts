/** Shortest password without a second factor, in characters. */
export const PASSWORD_LENGTH = 15;
