/** Pattern that a browser takes in a field for an e-mail address (HTML standard, 4.10.5.1.5). */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAX_LENGTH = 254;

/**
 * An e-mail address in the one spelling under which it is stored and looked up.
 *
 * @param text what somebody typed
 * @returns null when it is none
 */
export function normalizeEmail(text: string): string | null {
  const email = text.trim().toLowerCase();
  return email.length <= MAX_LENGTH && EMAIL.test(email) ? email : null;
}
