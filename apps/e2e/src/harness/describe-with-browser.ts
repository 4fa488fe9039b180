import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names of its executable on different systems. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** Returns the path of a Chromium, or null. */
export function findChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
      existsSync(path),
    ) ?? null
  );
}

/**
 * Defines a suite that needs a real Chromium. Without one the suite is reported as skipped, with the reason
 * in its name. In continuous integration (`CI` is set) that would hide a gap, so there it fails.
 *
 * @param name subject of the suite
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
