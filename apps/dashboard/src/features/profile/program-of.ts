/** Browsers and systems by the part of their user agents; the first match counts. */
const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
  ['curl/', 'curl'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/**
 * Returns a browser's name and system for the user.
 *
 * @param userAgent the User-Agent header, or null
 */
export function programOf(userAgent: string | null): string {
  const find = (list: readonly (readonly [string, string])[]): string | undefined =>
    list.find(([part]) => userAgent?.includes(part) === true)?.[1];
  const browser = find(BROWSERS);
  const system = find(SYSTEMS);
  return browser === undefined
    ? (userAgent ?? 'Unknown program').slice(0, 60)
    : `${browser}${system === undefined ? '' : ` on ${system}`}`;
}
