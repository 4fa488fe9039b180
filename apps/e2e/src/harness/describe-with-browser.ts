import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names under which systems install it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where a Chromium is, or null. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
      existsSync(path),
    ) ?? null
  );
}

/**
 * A suite that needs a real Chromium. Where there is none it is reported as skipped, with the reason
 * in its name; in continuous integration (`CI` is set) that would hide a gap, so there it fails.
 *
 * @param name what the suite is about
 * @param define defines its tests
 */
export function describeWithBrowser(name: string, define: () => void): void {
  if (findChromium() !== null) {
    describe(name, define);
  } else if (['', '0', 'false', undefined].includes(process.env['CI'])) {
    describe.skip(`${name} (skipped: there is no chromium on the PATH)`, define);
  } else {
    describe(name, () => {
      it('needs a chromium on the PATH', () => {
        throw new Error('In continuous integration the dashboard has to be tested: install it.');
      });
    });
  }
}
