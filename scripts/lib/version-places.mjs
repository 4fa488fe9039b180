import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A file that names the product's version.
 *
 * @typedef {{ path: string, set: (text: string, version: string) => string }} Place
 */

/** Packages that stand beside the workspaces, with a lock file of their own. */
const APART = ['apps/e2e/clients'];
const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies'];

/**
 * Every file that names the version, but for the changelog, whose headings are its history.
 *
 * @param {string} root the checkout
 * @returns {Place[]}
 */
export function versionPlaces(root) {
  const manifests = ['', ...workspaces(root), ...APART].map((folder) =>
    join(folder, 'package.json'),
  );
  const locks = ['', ...APART].map((folder) => join(folder, 'package-lock.json'));
  return [
    ...manifests.map((path) => ({ path, set: setManifest })),
    ...locks.map((path) => ({ path, set: setLock })),
    replacing('apps/api/src/version.ts', /(?<=VERSION = ')[^']+/),
    replacing('libs/sdk/src/version.ts', /(?<=VERSION = ')[^']+/),
    replacing('openapi.json', /(?<="info": \{[^{}]*"version": ")[^"]+/),
    replacing('docker-compose.yml', /(?<=image: reqrun:)\S+/),
    replacing('deploy/helm/reqrun/Chart.yaml', /(?<=^(?:v|appV)ersion: )\S+/gm),
    replacing('libs/sdk/README.md', /(?<=reqrun-sdk-)\d\S*(?=\.tgz)/),
  ];
}

/** The workspaces' folders, as package.json names them. */
function workspaces(root) {
  const { workspaces: patterns } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return patterns
    .flatMap((pattern) => {
      const folder = pattern.replace(/\/\*$/, '');
      return folder === pattern
        ? [folder]
        : readdirSync(join(root, folder)).map((name) => join(folder, name));
    })
    .filter((folder) => existsSync(join(root, folder, 'package.json')));
}

function setManifest(text, version) {
  const manifest = JSON.parse(text);
  setPackage(manifest, version);
  return asJson(manifest);
}

/** npm writes the same when it installs; it would need the network for it. */
function setLock(text, version) {
  const lock = JSON.parse(text);
  lock.version = version;
  for (const [path, its] of Object.entries(lock.packages)) {
    if (!path.includes('node_modules/')) {
      setPackage(its, version);
    }
  }
  return asJson(lock);
}

/** A package of ours, and what it wants of the others. */
function setPackage(its, version) {
  its.version = version;
  for (const wanted of DEPENDENCIES.map((kind) => its[kind] ?? {})) {
    for (const name of Object.keys(wanted).filter((one) => one.startsWith('@reqrun/'))) {
      wanted[name] = version;
    }
  }
}

function asJson(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** @returns {Place} */
function replacing(path, pattern) {
  return {
    path,
    set: (text, version) => {
      if (!pattern.test(text)) {
        throw new Error(`${path} names no version where one is expected.`);
      }
      return text.replace(pattern, version);
    },
  };
}
