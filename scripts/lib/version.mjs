import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { versionPlaces } from './version-places.mjs';

/** Semantic versions without build metadata, which npm and image tags do not both take. */
const VERSION = /^(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/;
const CHANGELOG = 'CHANGELOG.md';
const UNRELEASED = '## [Unreleased]\n';

/** A version that can't be set; the message is for a person. */
export class VersionError extends Error {}

/**
 * Sets the version everywhere, and puts what is unreleased in the changelog under it.
 *
 * @param {string} root the checkout
 * @param {string} version the new one, e.g. `0.2.0`
 * @param {string} date of the release, `YYYY-MM-DD`
 * @returns {string[]} the files that changed
 * @throws {VersionError} when it is no version, an older one, or was released before
 */
export function setVersion(root, version, date) {
  if (!VERSION.test(version)) {
    throw new VersionError(`${version} is no version such as 0.2.0 or 1.0.0-rc.1`);
  }
  const current = currentVersion(root);
  if (isOlder(version, current)) {
    throw new VersionError(`${version} is older than ${current}`);
  }
  const changelog = read(root, CHANGELOG);
  if (releasedVersions(changelog).includes(version)) {
    throw new VersionError(`${CHANGELOG} has a release ${version} already`);
  }
  if (!changelog.includes(UNRELEASED)) {
    throw new VersionError(`${CHANGELOG} has no heading "${UNRELEASED.trim()}"`);
  }
  // All is worked out before anything is written.
  const written = [
    ...versionPlaces(root).map(({ path, set }) => ({ path, text: set(read(root, path), version) })),
    {
      path: CHANGELOG,
      text: changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${date}\n`),
    },
  ].filter(({ path, text }) => text !== read(root, path));
  for (const { path, text } of written) {
    writeFileSync(join(root, path), text);
  }
  return written.map(({ path }) => path);
}

/**
 * Holds every place against the version of the root's package.json.
 *
 * @param {string} root the checkout
 * @returns {string[]} the files that say another one; none where all agree
 */
export function strayVersions(root) {
  const version = currentVersion(root);
  const stray = versionPlaces(root)
    .filter(({ path, set }) => set(read(root, path), version) !== read(root, path))
    .map(({ path }) => path);
  const [newest] = releasedVersions(read(root, CHANGELOG));
  return newest === undefined || newest === version ? stray : [...stray, CHANGELOG];
}

/**
 * The version of this checkout.
 *
 * @param {string} root the checkout
 * @returns {string}
 */
export function currentVersion(root) {
  return JSON.parse(read(root, 'package.json')).version;
}

/** By their headings, the newest first. */
function releasedVersions(changelog) {
  return [...changelog.matchAll(/^## \[(\d[^\]]*)\]/gm)].map(([, version]) => version);
}

/** A prerelease comes before its release; two of them are left to the person who names them. */
function isOlder(version, than) {
  const [, ...left] = VERSION.exec(version);
  const [, ...right] = VERSION.exec(than);
  const at = [0, 1, 2].find((index) => left[index] !== right[index]);
  return at === undefined
    ? left[3] !== undefined && right[3] === undefined
    : Number(left[at]) < Number(right[at]);
}

function read(root, path) {
  return readFileSync(join(root, path), 'utf8');
}
