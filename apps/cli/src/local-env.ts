import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { UsageError } from './exit-codes.js';

/**
 * Writes values into the `local.env` of a home, readable by its owner alone. Other lines stay as they are.
 *
 * @param home the folder; it is made where it is missing, and kept out of Git
 * @param values what changes
 * @returns the file's path
 * @throws UsageError when it can't be written
 */
export function saveLocalEnv(home: string, values: Readonly<Record<string, string>>): string {
  const path = join(resolve(home), 'local.env');
  try {
    if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined) {
      writeFileSync(join(home, '.gitignore'), '*\n');
    }
    const next = `${path}.part`;
    writeFileSync(next, withValues(readOrEmpty(path), values), { mode: 0o600 });
    // The mode above is that of a new file alone.
    chmodSync(next, 0o600);
    renameSync(next, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${path} can't be written (${code ?? 'unknown error'}).`);
  }
  return path;
}

/**
 * Replaces or appends lines.
 *
 * @param text the file's content
 * @param values what changes
 */
export function withValues(text: string, values: Readonly<Record<string, string>>): string {
  const missing = new Map(Object.entries(values));
  const lines = text.split('\n').map((line) => {
    const [, name = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=/.exec(line) ?? [];
    const value = missing.get(name);
    missing.delete(name);
    return value === undefined ? line : `${name}=${value}`;
  });
  while (lines.at(-1) === '') {
    lines.pop();
  }
  return [...lines, ...[...missing].map(([name, value]) => `${name}=${value}`), ''].join('\n');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
