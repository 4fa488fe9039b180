import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { pageOf, SIDEBAR } from './pages.js';
import { type OpenApi, referencePages } from './reference/pages.js';

const ROOT = join(import.meta.dirname, '../../..');
const openApi = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as OpenApi;

it('the navigation leads to every page, but for the single decisions', () => {
  const sources = [
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
    ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'libs/sdk/README.md'],
    'docs/adr/README.md',
    ...referencePages(openApi).map(({ area }) => `apps/docs/reference/${area}.md`),
  ];
  const pages = sources.flatMap((source) => pageOf(source) ?? []);
  const links = SIDEBAR.flatMap(({ items = [] }) => items.map(({ link = '' }) => link));

  expect(new Set(links.map((link) => link.replace(/#.*$/, '')))).toEqual(
    new Set(pages.map((page) => `/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`)),
  );
});

describe('the API reference', () => {
  const pages = referencePages(openApi);

  it('has every operation once, and every object', () => {
    const headings = pages.flatMap(({ markdown }) => markdown.match(/^## .+$/gm) ?? []);
    const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `## ${method.toUpperCase()} \`${path}\``),
    );
    expect(operations.length).toBeGreaterThan(90);
    expect(headings.sort()).toEqual(
      [
        ...operations,
        ...Object.keys(openApi.components.schemas).map((name) => `## ${name}`),
      ].sort(),
    );
  });

  it('shows the fields of a body with their types, limits and defaults', () => {
    const endpoints = pages.find(({ area }) => area === 'endpoints')?.markdown ?? '';
    expect(endpoints).toContain('| `retry` | [RetryFields](/reference/objects#retryfields) |');
    expect(endpoints).toMatch(/\| `wait_timeout_ms` \| integer \| .+ 1 to 240000\. \|/);
  });

  it('fails for a path that belongs to no page', () => {
    expect(() =>
      referencePages({ ...openApi, paths: { '/v2/new': { get: { responses: {} } } } }),
    ).toThrow('/v2/new belongs to no page of the API reference.');
  });
});
