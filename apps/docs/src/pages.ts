import type { DefaultTheme } from 'vitepress';

/** Sources of the site outside of `docs/`, by their path in the checkout, each with its page. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'reporting-vulnerabilities.md',
  'libs/sdk/README.md': 'sdk.md',
};
/** Folder of the pages that are rendered from openapi.json. */
const REFERENCE = 'apps/docs/reference/';

/** Markdown of the checkout that is not part of the site. */
export const EXCLUDED = ['apps/!(docs)/**', 'libs/!(sdk)/**', 'libs/sdk/*/**', 'bench/**'];

/**
 * Returns the page that is made from a source.
 *
 * @param source path of a Markdown file in the checkout
 * @returns path of the page within the site, or null when the site does not have it
 */
export function pageOf(source: string): string | null {
  const outside = OUTSIDE[source];
  if (outside !== undefined) {
    return outside;
  }
  if (source.startsWith(REFERENCE)) {
    return source.replace(REFERENCE, 'reference/');
  }
  return source.startsWith('docs/') && source.endsWith('.md')
    ? source.slice('docs/'.length).replace(/README\.md$/, 'index.md')
    : null;
}

const page = (text: string, name: string): DefaultTheme.SidebarItem => ({ text, link: `/${name}` });

/** Navigation by the reader's questions; a test holds that it names every page. */
export const SIDEBAR: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      page('What ReqRun is', ''),
      page('Getting started', 'getting-started'),
      page('Moving from direct calls', 'guides#moving-from-direct-calls'),
    ],
  },
  {
    text: 'Concepts',
    items: [
      page('Guarantees', 'guarantees'),
      page('Retries', 'retries'),
      page('Timeouts', 'timeouts'),
      page('Fallbacks', 'fallbacks'),
      page('Durable streams', 'streams'),
      page('Caching', 'caching'),
      page('Pacing', 'pacing'),
      page('Glossary', 'glossary'),
    ],
  },
  {
    text: 'Guides',
    items: [
      page('Complete programs', 'guides'),
      page('Clients and frameworks', 'clients'),
      page('SDK for TypeScript', 'sdk'),
      page('Command line', 'cli'),
      page('Providers', 'providers'),
      page('Simulator', 'simulator'),
    ],
  },
  {
    text: 'API',
    items: [
      page('Overview', 'api'),
      page('Errors', 'errors'),
      page('Model endpoints', 'reference/endpoints'),
      page('Requests', 'reference/requests'),
      page('Admin: projects', 'reference/admin-projects'),
      page('Admin: requests', 'reference/admin-requests'),
      page('Admin: people', 'reference/admin-people'),
      page('Health and system', 'reference/system'),
      page('Objects', 'reference/objects'),
    ],
  },
  {
    text: 'Operations',
    items: [
      page('Operations', 'operations'),
      page('Configuration', 'configuration'),
      page('Database', 'database'),
      page('Kubernetes', 'kubernetes'),
      page('Sizing', 'sizing'),
      page('OpenTelemetry', 'telemetry'),
      page('Alerts', 'alerts'),
      page('Runbook', 'runbook'),
    ],
  },
  {
    text: 'Security',
    items: [
      page('Security', 'security'),
      page('Reporting vulnerabilities', 'reporting-vulnerabilities'),
    ],
  },
  {
    text: 'How it is built',
    items: [
      page('Architecture', 'architecture'),
      page('Reliability', 'reliability'),
      page('Performance', 'performance'),
      page('Decisions', 'adr/'),
      page('Contributing', 'contributing'),
      page('Changelog', 'changelog'),
    ],
  },
];
