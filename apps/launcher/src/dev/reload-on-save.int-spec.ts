import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { CHECKOUT } from '../home.js';
import type { Terminal } from '../terminal.js';
import { projectsOf, sourcesOf } from './dependents.js';
import { reloadOnSave } from './reload-on-save.js';

/** A checkout with the projects' package.json files and no source. */
let checkout: string;
let close: () => Promise<void>;
let restarted: string[];
let said: string[];
let onRestart: () => void;

const terminal: Terminal = {
  say: (text) => said.push(text),
  warn: (text) => {
    said.push(text);
    onRestart();
  },
  fail: () => undefined,
  show: () => undefined,
  bold: (text) => text,
  dim: (text) => text,
};

/** Saves files at once and waits until something was started anew, or said. */
async function save(...files: string[]): Promise<void> {
  restarted = [];
  said = [];
  const reloaded = new Promise<void>((resolve) => {
    onRestart = resolve;
  });
  await Promise.all(files.map((file) => writeFile(join(checkout, file), `${Math.random()}`)));
  await reloaded;
}

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'reqrun-reload-'));
  const folders = new Set([...projectsOf(CHECKOUT).values()].flat());
  for (const folder of [...folders, 'apps/launcher']) {
    await mkdir(join(checkout, sourcesOf(folder)), { recursive: true });
    await cp(join(CHECKOUT, folder, 'package.json'), join(checkout, folder, 'package.json'));
  }
  await writeFile(join(checkout, 'libs/users/src/index.ts'), '');
  close = await reloadOnSave({
    checkout,
    terminal,
    supervisor: {
      restart: (name) => {
        restarted.push(name);
        onRestart();
      },
    },
  });
});
afterAll(async () => {
  await close();
  await rm(checkout, { recursive: true, force: true });
});

it('starts anew what is made of a file that was saved', async () => {
  await save('libs/users/src/index.ts');
  expect({ restarted, said }).toEqual({
    restarted: ['api'],
    said: ['libs/users/src/index.ts changed: api …'],
  });
});

it('notices a file that is new, and one that an editor put in the place of another', async () => {
  await save('libs/providers/src/new.ts');
  expect(restarted).toEqual(['api', 'worker']);

  const path = join(checkout, 'libs/users/src/index.ts');
  const aside = join(dirname(checkout), 'reqrun-reload-aside.ts');
  await writeFile(aside, 'another');
  const reloaded = new Promise<void>((resolve) => {
    onRestart = resolve;
  });
  restarted = [];
  await rename(aside, path);
  await reloaded;
  expect(restarted).toEqual(['api']);
});

it('starts an app anew once for files that are saved together', async () => {
  await save('apps/simulator/src/one.ts', 'apps/simulator/src/two.ts');
  expect(restarted).toEqual(['simulator']);
  expect(said[0]).toMatch(/ and 1 more changed: simulator …$/);
});

it('says that the launcher itself stays as it is', async () => {
  await save('apps/launcher/src/main.ts');
  expect(restarted).toEqual([]);
  expect(said).toEqual([expect.stringContaining('from the next `npm run dev` on')]);
});
