import { join, relative } from 'node:path';

import { watch } from 'chokidar';

import type { Supervisor } from '../supervisor.js';
import type { Terminal } from '../terminal.js';
import { dependentsOf, projectsOf, type Reloaded, sourcesOf } from './dependents.js';

/** An editor that saves all, or Git, writes many files in a row: one reload for them, this many ms after the last. */
const SETTLE_MS = 80;
/** Sources that run from the call of `npm run dev` on: no process of its own is there to be started anew. */
const LAUNCHER = 'apps/launcher/src';

/** Parts that a reload works with. */
export interface ReloadContext {
  readonly checkout: string;
  readonly terminal: Terminal;
  readonly supervisor: Pick<Supervisor, 'restart'>;
}

/**
 * Starts an app anew whenever one of the sources that it is made of changes.
 *
 * @param context what it works with
 * @returns ends it, once the files are watched
 */
export async function reloadOnSave(context: ReloadContext): Promise<() => Promise<void>> {
  const { checkout, terminal, supervisor } = context;
  const projects = projectsOf(checkout);
  const folders = new Set([...projects.values()].flat().map(sourcesOf));
  let changed: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const reload = (): void => {
    const files = changed;
    changed = [];
    if (files.some((file) => file.startsWith(LAUNCHER))) {
      terminal.warn('apps/launcher has changed: it counts from the next `npm run dev` on.');
    }
    const apps = new Set<Reloaded>(files.flatMap((file) => dependentsOf(file, projects)));
    if (apps.size > 0) {
      terminal.say(`${summary(files)} changed: ${[...apps].join(', ')} …`);
      for (const app of apps) {
        supervisor.restart(app);
      }
    }
  };

  const watcher = watch(
    [...folders, LAUNCHER].map((folder) => join(checkout, folder)),
    { ignoreInitial: true, ignored: (path) => path.endsWith('/generated') },
  );
  watcher.on('all', (_event, path) => {
    if (path.endsWith('.ts')) {
      changed.push(relative(checkout, path));
      clearTimeout(timer);
      timer = setTimeout(reload, SETTLE_MS);
    }
  });
  await new Promise<void>((resolve, reject) => {
    watcher.once('ready', () => resolve());
    watcher.once('error', reject);
  });
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

function summary([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
