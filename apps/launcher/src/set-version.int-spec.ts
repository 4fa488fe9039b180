import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { CHECKOUT } from './home.js';

interface Place {
  path: string;
  set: (text: string, version: string) => string;
}
interface Version {
  currentVersion(root: string): string;
  setVersion(root: string, version: string, date: string): string[];
  strayVersions(root: string): string[];
}

const load = async <Module>(name: string): Promise<Module> =>
  (await import(pathToFileURL(join(CHECKOUT, 'scripts/lib', name)).href)) as Module;

const DATE = '2031-02-03';

let version: Version;
let places: Place[];
/** A copy of the files that name the version. */
let root: string;

beforeAll(async () => {
  version = await load<Version>('version.mjs');
  places = (
    await load<{ versionPlaces(root: string): Place[] }>('version-places.mjs')
  ).versionPlaces(CHECKOUT);
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'reqrun-version-'));
  for (const path of [...places.map((place) => place.path), 'CHANGELOG.md']) {
    await cp(join(CHECKOUT, path), join(root, path));
  }
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const read = async (path: string): Promise<string> => await readFile(join(root, path), 'utf8');

it('is the same in every file of this checkout', () => {
  expect(version.strayVersions(CHECKOUT)).toEqual([]);
});

it('is set in every file that names it, and what is unreleased stands under it', async () => {
  const changed = version.setVersion(root, '97.0.1', DATE);

  expect(changed).toEqual([...places.map(({ path }) => path), 'CHANGELOG.md']);
  expect(version.currentVersion(root)).toBe('97.0.1');
  expect(version.strayVersions(root)).toEqual([]);
  expect(await read('CHANGELOG.md')).toContain(`## [Unreleased]\n\n## [97.0.1] - ${DATE}\n`);
  const { version: ours } = JSON.parse(await read('apps/api/package.json')) as { version: string };
  expect(ours).toBe('97.0.1');
});

it('is named with each file that says another one', async () => {
  for (const { path, set } of places.slice(1)) {
    const before = await read(path);
    await writeFile(join(root, path), set(before, '97.0.1'));
    expect(version.strayVersions(root)).toEqual([path]);
    await writeFile(join(root, path), before);
  }
  const changelog = await read('CHANGELOG.md');
  await writeFile(
    join(root, 'CHANGELOG.md'),
    changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [97.0.1] - ${DATE}\n`),
  );
  expect(version.strayVersions(root)).toEqual(['CHANGELOG.md']);
});

it('is neither an older one nor one that was released, and then nothing is written', async () => {
  version.setVersion(root, '97.0.1', DATE);
  const before = await read('package-lock.json');
  for (const [wrong, why] of [
    ['97.0.0', /older/],
    ['96.5.0', /older/],
    ['97.0.1-rc.1', /older/],
    ['97.0.1', /already/],
    ['next', /no version/],
    ['v98.0.0', /no version/],
  ] as const) {
    expect(() => version.setVersion(root, wrong, DATE)).toThrow(why);
  }
  expect(await read('package-lock.json')).toBe(before);
});

it('is asked for where none is given', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(CHECKOUT, 'scripts/set-version.mjs')],
    { encoding: 'utf8' },
  );
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining('npm run set-version -- 0.2.0') as string,
  });
});
