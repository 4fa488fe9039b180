import { join } from 'node:path';

import { defineConfig } from 'vitepress';

import { finishSite } from '../src/finish.js';
import { EXCLUDED, pageOf, SIDEBAR } from '../src/pages.js';
import { pictures } from '../src/pictures.js';
import { repositoryLinks, slugify } from '../src/repository-links.js';

const ROOT = join(import.meta.dirname, '../../..');
const BASE = '/docs/';

export default defineConfig({
  title: 'ReqRun',
  titleTemplate: ':title · ReqRun documentation',
  description: 'A reliability layer for OpenAI-compatible LLM requests',
  lang: 'en',
  base: BASE,
  srcDir: ROOT,
  srcExclude: EXCLUDED,
  rewrites: (source) => pageOf(source) ?? source,
  cacheDir: join(import.meta.dirname, '../dist/cache'),
  outDir: join(import.meta.dirname, '../dist/site'),
  cleanUrls: true,
  // The map of pages changes with every build; in a file of its own it needs no inline script.
  metaChunk: true,
  head: [['link', { rel: 'icon', href: `${BASE}icon.svg`, type: 'image/svg+xml' }]],
  markdown: {
    anchor: { slugify },
    // Plain `github-light` has too little contrast on the grey of the blocks.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    config: (md) => {
      repositoryLinks(md, ROOT);
      pictures(md);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: SIDEBAR,
    // Every link gets the base; this one leads out of it again.
    nav: [{ text: 'Dashboard', link: '/../', target: '_self' }],
    outline: [2, 3],
    externalLinkIcon: true,
  },
  vite: { publicDir: join(import.meta.dirname, '../public') },
  buildEnd: ({ outDir }) => finishSite(outDir, BASE),
});
