import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { deriveBlock, deriveFile, deriveFormatted } from './derived-file.mjs';

/**
 * The committed files that are derived from compiled code. Each is imported when its step runs, for
 * before the first build there is nothing to import.
 *
 * @param {string} root the checkout
 * @returns {readonly { name: string, run: (check: boolean) => Promise<import('./derived-file.mjs').StepResult> }[]}
 */
export function derivedFiles(root) {
  return [
    {
      name: 'openapi',
      run: async (check) => deriveFile(root, 'openapi.json', await printOpenApi(root), check),
    },
    {
      name: 'sdk-version',
      run: async (check) =>
        deriveFile(root, 'libs/sdk/src/version.ts', await printSdkVersion(root), check),
    },
    {
      name: 'dashboard',
      run: async (check) =>
        deriveFile(root, 'apps/dashboard/src/api/schema.ts', await printAdminTypes(root), check),
    },
    {
      name: 'retries',
      run: async (check) => {
        const { renderRetriesTable } = await import('@reqrun/retry-policy');
        return deriveBlock(root, 'docs/retries.md', 'retry-delays', renderRetriesTable(), check);
      },
    },
    {
      name: 'errors',
      run: async (check) => {
        const { renderErrorsTable } = await import('@reqrun/contracts');
        return deriveBlock(root, 'docs/errors.md', 'error-codes', renderErrorsTable(), check);
      },
    },
    {
      name: 'error-details',
      run: async (check) => {
        const { renderErrorDetailsTable } = await import('@reqrun/contracts');
        return deriveBlock(
          root,
          'docs/errors.md',
          'error-details',
          renderErrorDetailsTable(),
          check,
        );
      },
    },
    {
      name: 'configuration',
      run: async (check) => {
        const { renderConfigurationTable } = await import('@reqrun/platform/config');
        return deriveBlock(
          root,
          'docs/configuration.md',
          'settings',
          renderConfigurationTable(),
          check,
        );
      },
    },
    {
      name: 'metrics',
      run: async (check) => {
        const { readMetrics, renderMetricsTable } = await import('./watching/metrics.mjs');
        const table = renderMetricsTable(await readMetrics(root));
        return deriveBlock(root, 'docs/operations.md', 'metrics', table, check);
      },
    },
    {
      name: 'alerts',
      run: async (check) => {
        const { ERRORS } = await import('@reqrun/contracts');
        const { readMetrics } = await import('./watching/metrics.mjs');
        const { renderRules } = await import('./watching/render-rules.mjs');
        const rules = renderRules(await readMetrics(root), ERRORS);
        return deriveFormatted(root, ['deploy/prometheus/alerts.yml'], rules, check);
      },
    },
    {
      name: 'grafana',
      run: async (check) => {
        const { readMetrics } = await import('./watching/metrics.mjs');
        const { renderDashboard } = await import('./watching/render-dashboard.mjs');
        const dashboard = renderDashboard(await readMetrics(root));
        return deriveFormatted(root, ['deploy/grafana/reqrun.json'], dashboard, check);
      },
    },
  ];
}

/** The types of the admin API as the dashboard's client takes them; it knows no other. */
async function printAdminTypes(root) {
  // It belongs to the dashboard, and may be installed there alone.
  const load = createRequire(join(root, 'apps/dashboard/package.json'));
  const { astToString, default: toTypes } = load('openapi-typescript');
  const document = JSON.parse(await readFile(join(root, 'openapi.json'), 'utf8'));
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/admin'));
  return astToString(await toTypes({ ...document, paths: Object.fromEntries(paths) }));
}

/** The program is one of its own because Nest leaves much behind in the process that loads it. */
async function printOpenApi(root) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'apps/api/dist/openapi/print.js')],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return stdout;
}

/** The SDK can't read its package.json on every platform, so its version stands in its code. */
async function printSdkVersion(root) {
  const { version } = JSON.parse(await readFile(join(root, 'libs/sdk/package.json'), 'utf8'));
  return [
    "/** This package's version. Written by `npm run generate`; it comes from package.json. */",
    `export const VERSION = '${version}';`,
    '',
  ].join('\n');
}
