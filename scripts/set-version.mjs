// `npm run set-version -- 0.2.0`: the first step of a release. Sets the version in every package.json, the
// lock files, the code, the API's description and the image's tag, and gives the changelog its heading.
// `npm run set-version -- --check`: fails where one of them says another version.
import { join } from 'node:path';

import { currentVersion, setVersion, strayVersions, VersionError } from './lib/version.mjs';

const root = join(import.meta.dirname, '..');

const [version, ...others] = process.argv.slice(2);
if (version === undefined || others.length > 0) {
  console.error('Say which: npm run set-version -- 0.2.0 (or --check)');
  process.exit(2);
}

if (version === '--check') {
  const stray = strayVersions(root);
  if (stray.length > 0) {
    console.error(`Not of version ${currentVersion(root)}: ${stray.join(', ')}`);
    process.exit(1);
  }
  console.log(`Version ${currentVersion(root)}`);
} else {
  try {
    const changed = setVersion(root, version, new Date().toISOString().slice(0, 10));
    console.log([`Set in ${changed.length} files:`, ...changed].join('\n  '));
  } catch (error) {
    if (!(error instanceof VersionError)) {
      throw error;
    }
    console.error(error.message);
    process.exit(1);
  }
}
