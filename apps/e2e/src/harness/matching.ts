/** Matches any text of a form, within an expected object. */
export const text = (form: RegExp): unknown => expect.stringMatching(form);

/** Matches any number, within an expected object. */
export const aNumber = (): unknown => expect.any(Number);
