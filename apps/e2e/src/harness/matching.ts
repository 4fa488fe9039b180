/** Any text of a form, within an expected object. */
export const text = (form: RegExp): unknown => expect.stringMatching(form);

/** Any number, within an expected object. */
export const aNumber = (): unknown => expect.any(Number);
