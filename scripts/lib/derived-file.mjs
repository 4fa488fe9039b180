import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/**
 * What a step did; `stale` names the committed files that differ from what would be written.
 *
 * @typedef {{ did: string, stale?: string[] }} StepResult
 */

/**
 * Keeps a committed file at what it is derived to be.
 *
 * @param {string} root the checkout
 * @param {string} path the file, from the checkout
 * @param {string} wanted its whole content
 * @param {boolean} check only compare
 * @returns {Promise<StepResult>}
 */
export async function deriveFile(root, path, wanted, check) {
  const file = join(root, path);
  const present = await readFile(file, 'utf8').catch(() => null);
  if (present === wanted) {
    return { did: 'up to date' };
  }
  if (check) {
    return { did: `${relative(root, file)} is not what the code says`, stale: [path] };
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, wanted);
  return { did: 'written' };
}

/**
 * Keeps committed files at what they are derived to be, formatted like the rest of the checkout.
 *
 * @param {string} root the checkout
 * @param {readonly string[]} paths the files, from the checkout, all with the same content
 * @param {string} wanted their whole content
 * @param {boolean} check only compare
 * @returns {Promise<StepResult>}
 */
export async function deriveFormatted(root, paths, wanted, check) {
  const { format, resolveConfig } = await import('prettier');
  const results = [];
  for (const path of paths) {
    const config = await resolveConfig(join(root, path));
    const content = await format(wanted, { ...config, filepath: path });
    results.push(await deriveFile(root, path, content, check));
  }
  const { did } = results.find(({ did }) => did !== 'up to date') ?? { did: 'up to date' };
  return { did, stale: results.flatMap(({ stale }) => stale ?? []) };
}

/**
 * Keeps the generated part of a page, between two comments, at what it is derived to be, formatted
 * like the rest of the page:
 *
 *     <!-- generated:<name> -->
 *
 *     …
 *
 *     <!-- /generated -->
 *
 * @param {string} root the checkout
 * @param {string} path the page, from the checkout
 * @param {string} name which part
 * @param {string} wanted its content, in Markdown
 * @param {boolean} check only compare
 * @returns {Promise<StepResult>}
 * @throws {Error} when the page has no such part, or has it twice
 */
export async function deriveBlock(root, path, name, wanted, check) {
  const page = await readFile(join(root, path), 'utf8');
  const begin = `<!-- generated:${name} -->`;
  const end = '<!-- /generated -->';
  const parts = page.split(begin);
  const rest = parts[1]?.indexOf(end) ?? -1;
  if (parts.length !== 2 || rest === -1) {
    throw new Error(`${path} needs "${begin}" and "${end}" behind it, once.`);
  }
  // Loaded here, for the first step of a build needs none of it.
  const { format, resolveConfig } = await import('prettier');
  const config = await resolveConfig(join(root, path));
  const block = (await format(wanted, { ...config, parser: 'markdown' })).trim();
  const content = `${parts[0]}${begin}\n\n${block}\n\n${parts[1].slice(rest)}`;
  return await deriveFile(root, path, content, check);
}
