import type { MarkdownRenderer } from 'vitepress';

const PICTURE =
  /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img alt="([^"]*)" src="([^"]+)">\s*<\/picture>/g;

/**
 * Replaces a picture that follows the system's colors with one that follows the site's, which has a switch for
 * them.
 *
 * @param html HTML within Markdown
 */
export function themedPictures(html: string): string {
  return html.replace(
    PICTURE,
    (_all, dark: string, alt: string, light: string) =>
      `<img class="light-only" alt="${alt}" src="${relativeUrl(light)}">` +
      `<img class="dark-only" alt="${alt}" src="${relativeUrl(dark)}">`,
  );
}

/**
 * Makes the pictures of all pages follow the site's colors.
 *
 * @param md renderer of the site
 */
export function pictures(md: MarkdownRenderer): void {
  md.core.ruler.push('pictures', (state) => {
    for (const token of state.tokens) {
      if (token.type === 'html_block') {
        token.content = themedPictures(token.content);
      }
    }
  });
}

/** Bundlers take a source without a dot for the name of a package. */
function relativeUrl(url: string): string {
  return /^(\.|\/|[a-z]+:)/.test(url) ? url : `./${url}`;
}
