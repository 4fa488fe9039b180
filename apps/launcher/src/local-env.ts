import { readFile } from 'node:fs/promises';

import { writePrivateFile } from './private-file.js';

/** Variables that the launcher writes into `local.env`, for a person or a script to go on from. */
export interface LocalEnv {
  /** The API's origin, without `/v1`. */
  readonly REQRUN_BASE_URL?: string;
  /** A live key of the first project. */
  readonly REQRUN_API_KEY?: string;
  /** A test key of the first project: it always goes to the simulator. */
  readonly REQRUN_TEST_API_KEY?: string;
  /** Origin at which users reach the dashboard. */
  readonly REQRUN_DASHBOARD_URL?: string;
  /** With what the first owner was made; the database may know another password by now. */
  readonly REQRUN_ADMIN_EMAIL?: string;
  readonly REQRUN_ADMIN_PASSWORD?: string;
  /** The personal access token of the command line. */
  readonly REQRUN_ADMIN_TOKEN?: string;
}

/**
 * Reads `local.env`.
 *
 * @param path the file; one that is missing is empty
 * @returns names and values, whoever wrote them; quotes and `export` are taken off
 */
export async function readLocalEnv(path: string): Promise<Readonly<Record<string, string>>> {
  const lines = (await readText(path)).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = LINE.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, unquoted(value)]];
    }),
  );
}

/**
 * Writes values into `local.env`, readable by its owner alone. Lines of others stay as they are.
 *
 * @param path the file
 * @param values what changes; names that are not given keep their line
 */
export async function writeLocalEnv(path: string, values: LocalEnv): Promise<void> {
  const before = await readText(path);
  const after = withValues(before === '' ? HEADER : before, values);
  if (after !== before) {
    await writePrivateFile(path, after);
  }
}

/**
 * Replaces or appends lines.
 *
 * @param text the file's content
 * @param values what changes
 * @returns the new content
 */
export function withValues(text: string, values: LocalEnv): string {
  const missing = new Map<string, string>(Object.entries(values));
  const lines = text.split('\n').map((line) => {
    const name = LINE.exec(line)?.[1] ?? '';
    const value = missing.get(name);
    missing.delete(name);
    return value === undefined ? line : `${name}=${value}`;
  });
  while (lines.at(-1) === '') {
    lines.pop();
  }
  return [...lines, ...[...missing].map(([name, value]) => `${name}=${value}`), ''].join('\n');
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;
const HEADER = '# Written by `npm start`. Lines that you add are kept.\n';

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/.exec(value.trim())?.[2] ?? value.trim();
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
