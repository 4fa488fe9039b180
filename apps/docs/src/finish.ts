import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

/** File beside the pages that lists the hashes of their inline scripts. */
const HASHES = 'script-hashes.json';
/** Kinds of files that a server may send compressed. */
const COMPRESSED = /\.(html|js|css|svg|json)$/;

/** Built page: its address and its HTML. */
export interface BuiltPage {
  /** Address within the site, without `.html`. */
  readonly path: string;
  readonly html: string;
}

/**
 * Finds links to headings that do not exist. VitePress itself looks for missing pages alone.
 *
 * @param pages every page of the site
 * @param base address of the site, with slashes at both ends
 * @returns a line for each dead link
 */
export function deadFragments(pages: readonly BuiltPage[], base: string): string[] {
  const ids = new Map(
    pages.map(({ path, html }) => [
      path,
      new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id)),
    ]),
  );
  return pages.flatMap(({ path, html }) =>
    [...html.matchAll(/<a\s[^>]*?href="([^"#]*)#([^"]+)"/g)].flatMap(([, to = '', id = '']) => {
      if (to !== '' && !to.startsWith(base)) {
        return [];
      }
      const target = to === '' ? path : to.slice(base.length).replace(/(^|\/)$/, '$1index');
      return ids.get(target)?.has(decodeURIComponent(id)) === true ? [] : [`${path}: ${to}#${id}`];
    }),
  );
}

/**
 * Returns the hashes of all inline scripts, as a content security policy names them.
 *
 * @param pages every page of the site
 */
export function scriptHashes(pages: readonly BuiltPage[]): string[] {
  const scripts = pages.flatMap(({ html }) =>
    [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
      ([, code = '']) => code,
    ),
  );
  return [...new Set(scripts)]
    .map((code) => `sha256-${createHash('sha256').update(code).digest('base64')}`)
    .sort();
}

/**
 * Checks the built pages, and writes what their server needs: the hashes of inline scripts, and each text
 * compressed.
 *
 * @param folder the built site
 * @param base address of the site, with slashes at both ends
 * @throws {Error} naming every link to a heading that does not exist
 */
export function finishSite(folder: string, base: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const pages = files
    .filter((file) => file.endsWith('.html'))
    .map((file) => ({
      path: relative(folder, file)
        .split(sep)
        .join('/')
        .replace(/\.html$/, ''),
      html: readFileSync(file, 'utf8'),
    }));
  const dead = deadFragments(pages, base);
  if (dead.length > 0) {
    throw new Error(`Links to headings that do not exist:\n${dead.join('\n')}`);
  }
  writeFileSync(join(folder, '..', HASHES), `${JSON.stringify(scriptHashes(pages))}\n`);
  for (const file of files.filter((name) => COMPRESSED.test(name))) {
    writeFileSync(
      `${file}.br`,
      brotliCompressSync(readFileSync(file), {
        // The best, 11, takes ten times as long for a tenth less.
        params: { [constants.BROTLI_PARAM_QUALITY]: 9 },
      }),
    );
  }
}
