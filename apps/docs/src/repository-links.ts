import { existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

import type { MarkdownRenderer } from 'vitepress';

import { pageOf } from './pages.js';

/** Target of a link within the site, or the fact that the site does not have it. */
export type LinkTarget = { readonly href: string } | 'not a page';

/**
 * Finds the page that a relative link of a source leads to. The sources link to each other as files of the
 * checkout, so that the links also work where the files are read.
 *
 * @param source path in the checkout of the file with the link
 * @param href the link
 * @param exists whether a path of the checkout exists
 * @returns `not a page` for a file that is not part of the site, such as source code
 * @throws {Error} for a file that does not exist
 */
export function linkTarget(
  source: string,
  href: string,
  exists: (path: string) => boolean,
): LinkTarget {
  if (/^([a-z][a-z+.-]*:|#|\/)/i.test(href)) {
    return { href };
  }
  const [path = '', fragment] = href.split('#', 2);
  const file = normalize(join(dirname(source), path));
  const page = pageOf(file);
  if (page !== null) {
    const route = page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '');
    return { href: `/${route}${fragment === undefined ? '' : `#${fragment}`}` };
  }
  if (!exists(file)) {
    throw new Error(`${source} links to ${href}, but there is no ${file}.`);
  }
  return 'not a page';
}

/**
 * Makes links between files of the checkout links between pages. A link to a file that is not part of the site
 * becomes plain text.
 *
 * @param md renderer of the site
 * @param root the checkout
 */
export function repositoryLinks(md: MarkdownRenderer, root: string): void {
  md.core.ruler.push('repository-links', (state) => {
    const { realPath } = state.env as { realPath?: string };
    if (realPath === undefined) {
      // A part that a plugin renders by itself, such as the title of a container.
      return;
    }
    const source = relative(root, realPath);
    for (const { children } of state.tokens) {
      let isPlain = false;
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const target = linkTarget(source, token.attrGet('href') ?? '', (path) =>
            existsSync(join(root, path)),
          );
          isPlain = target === 'not a page';
          if (target !== 'not a page') {
            token.attrSet('href', target.href);
          }
        }
        if (isPlain && (token.type === 'link_open' || token.type === 'link_close')) {
          isPlain = token.type === 'link_open';
          // No tag and no attributes: nothing is rendered.
          Object.assign(token, { type: 'html_inline', content: '', attrs: null });
        }
      }
    }
  });
}

/**
 * Returns the id of a heading as hosts of repositories make it, so that one fragment works on both.
 *
 * @param heading text of the heading
 */
export function slugify(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replace(/ /g, '-');
}
