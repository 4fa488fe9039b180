import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A fenced code block of a page. */
export interface Block {
  /** Path of the page in the checkout, e.g. `docs/cli.md`. */
  readonly page: string;
  /** Line of its opening fence. */
  readonly line: number;
  /** First word after the fence, e.g. `sh`; empty if there is none. */
  readonly language: string;
  readonly code: string;
  /** Reason why the block is not run: `not-run="…"` after the language. */
  readonly notRun?: string;
  /** Command that runs it instead of the tests: `runs-in="…"` after the language. */
  readonly runsIn?: string;
}

const FENCE = /^( *)```([^\n`]*)\n(.*?)^ *```$/gms;
const PLACES = ['.', 'docs', 'libs', 'apps'];

/**
 * Reads the blocks of all published pages: `*.md` of the checkout, of `docs`, and of each project.
 *
 * @param checkout folder of the checkout
 * @returns blocks by page, in the order of the page
 */
export async function readBlocks(checkout: string): Promise<Block[]> {
  const pages = (await Promise.all(PLACES.map((place) => pagesIn(join(checkout, place))))).flat();
  const blocks = await Promise.all(
    pages
      .sort()
      .map(async (path) => blocksOf(relative(checkout, path), await readFile(path, 'utf8'))),
  );
  return blocks.flat();
}

/**
 * Parses the blocks of a page.
 *
 * @param page path of the page
 * @param text Markdown of the page
 */
export function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(FENCE)].map(({ index, 1: indent = '', 2: info = '', 3: code = '' }) => {
    const attribute = (name: string): string | undefined =>
      new RegExp(`\\s${name}="([^"]*)"`).exec(info)?.[1];
    const notRun = attribute('not-run');
    const runsIn = attribute('runs-in');
    return {
      page,
      line: text.slice(0, index).split('\n').length,
      language: /^\S*/.exec(info.trim())?.[0] ?? '',
      code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
      ...(notRun === undefined ? {} : { notRun }),
      ...(runsIn === undefined ? {} : { runsIn }),
    };
  });
}

/** Returns the pages of a folder and, below `libs` and `apps`, of the projects in it. */
async function pagesIn(folder: string): Promise<string[]> {
  const isProjects = /\/(libs|apps)$/.test(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        return isProjects ? pagesIn(path) : [];
      }
      return entry.name.endsWith('.md') ? [path] : [];
    }),
  );
  return found.flat();
}
