import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The apps that run and are started anew when their sources change. */
export const RELOADED = ['api', 'worker', 'simulator', 'dashboard'] as const;
/** One of them. */
export type Reloaded = (typeof RELOADED)[number];

/**
 * Finds the projects that each app is made of, as their package.json files say.
 *
 * @param checkout the folder that holds `apps` and `libs`
 * @returns per app the folders that it reads, its own first, e.g. `apps/api` and `libs/keys`
 */
export function projectsOf(checkout: string): ReadonlyMap<Reloaded, readonly string[]> {
  const manifest = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(checkout, folder, 'package.json'), 'utf8')) as Manifest;
  const libs = new Map(
    foldersWithManifest(join(checkout, 'libs')).map((lib) => [
      manifest(join('libs', lib)).name,
      join('libs', lib),
    ]),
  );
  const collect = (folder: string, found: Set<string>): Set<string> => {
    found.add(folder);
    for (const name of Object.keys(manifest(folder).dependencies ?? {})) {
      const lib = libs.get(name);
      if (lib !== undefined && !found.has(lib)) {
        collect(lib, found);
      }
    }
    return found;
  };
  return new Map(RELOADED.map((app) => [app, [...collect(join('apps', app), new Set())]]));
}

/**
 * Says which apps have to be started anew for a file that changed. Pages of the dashboard are none of this:
 * Next reloads them in the browser.
 *
 * @param file from the checkout, e.g. `libs/keys/src/index.ts`
 * @param projects of `projectsOf`
 */
export function dependentsOf(
  file: string,
  projects: ReadonlyMap<Reloaded, readonly string[]>,
): readonly Reloaded[] {
  if (/(\.|-)spec\.ts$|\/testing\//.test(file)) {
    return [];
  }
  return RELOADED.filter((app) =>
    projects.get(app)?.some((project) => file.startsWith(`${sourcesOf(project)}/`)),
  );
}

/**
 * The folder whose files a running app has read.
 *
 * @param project e.g. `apps/dashboard`
 */
export function sourcesOf(project: string): string {
  return project === 'apps/dashboard' ? join(project, 'src/server') : join(project, 'src');
}

/** A folder without a manifest is what a version before has left of a lib: its output, say. */
function foldersWithManifest(parent: string): string[] {
  return readdirSync(parent).filter((name) => existsSync(join(parent, name, 'package.json')));
}
