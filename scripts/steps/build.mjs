import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root, runStep } from './run.mjs';

/** What `npm start` runs, and the command line for whoever started it. */
const STARTED = [
  'apps/api',
  'apps/worker',
  'apps/simulator',
  'apps/launcher',
  'apps/cli',
  'apps/dashboard',
];
/** The SDK's second form: whoever packs it after a start has both. */
const PACKED = 'libs/sdk/tsconfig.cjs.json';
/** The dashboard's pages are built by Next, its server like everything else. */
const DASHBOARD = 'apps/dashboard';
const DASHBOARD_SERVER = 'apps/dashboard/src/server';
/** The documentation is built by VitePress. */
const DOCS = 'apps/docs';
/** What is compiled reads this; of the dashboard its server alone. */
const COMPILED = [
  'tsconfig.base.json',
  'package-lock.json',
  'prisma/schema.prisma',
  'libs',
  ...readdirSync(join(root, 'apps'))
    .map((app) => `apps/${app}`)
    .filter((app) => app !== DOCS)
    .map((app) => (app === DASHBOARD ? DASHBOARD_SERVER : app)),
];
/** The pages are built from this. */
const PAGES = [
  'package-lock.json',
  'libs/contracts/src',
  ...['src', 'package.json', 'tsconfig.json', 'next.config.mjs', 'postcss.config.mjs'].map(
    (name) => `${DASHBOARD}/${name}`,
  ),
];
/** The documentation is built from this. */
const DOCS_SOURCES = [
  'package-lock.json',
  'openapi.json',
  'docs',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'libs/sdk/README.md',
  DOCS,
];
/** Remembers the sources of the last build; goes with node_modules, for it depends on them too. */
const STAMP = join(root, 'node_modules/.reqrun-build');
/** The same for the pages; goes with what Next has built. */
const PAGES_STAMP = join(root, DASHBOARD, '.next/reqrun-build');

/** The same for the documentation. */
const DOCS_STAMP = join(root, DOCS, 'dist/reqrun-build');

/**
 * Builds what `npm start` runs, unless nothing has changed since: `tsc -b` would find that out as
 * well, but takes seconds for it.
 *
 * @returns {Promise<void>}
 */
export async function ensureBuilt() {
  const sources = fingerprint(COMPILED);
  if (!isCompiled(sources)) {
    await generateClient();
    await compile([...STARTED.map((app) => (app === DASHBOARD ? DASHBOARD_SERVER : app)), PACKED]);
    writeFileSync(STAMP, sources);
  }
  await ensurePagesBuilt();
  await ensureDocsBuilt();
}

/**
 * Whether everything that `npm start` runs was built at some time; a build over it needs no more room.
 *
 * @returns {boolean}
 */
export function isBuilt() {
  return existsSync(STAMP) && existsSync(PAGES_STAMP) && existsSync(DOCS_STAMP);
}

/**
 * Builds the dashboard's pages, unless nothing has changed since. Needs no network.
 *
 * @returns {Promise<void>}
 */
export async function ensurePagesBuilt() {
  const sources = fingerprint(PAGES);
  if (isStamped(PAGES_STAMP, sources)) {
    return;
  }
  await runStep(
    'Building the dashboard',
    process.execPath,
    ['node_modules/next/dist/bin/next', 'build', DASHBOARD],
    { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  );
  writeFileSync(PAGES_STAMP, sources);
}

/**
 * Builds the documentation, unless nothing has changed since. Needs no network. Fails on a dead link.
 *
 * @returns {Promise<void>}
 */
export async function ensureDocsBuilt() {
  const sources = fingerprint(DOCS_SOURCES);
  if (isStamped(DOCS_STAMP, sources)) {
    return;
  }
  await runStep('Building the documentation', process.execPath, [
    'node_modules/vitepress/bin/vitepress.js',
    'build',
    DOCS,
  ]);
  writeFileSync(DOCS_STAMP, sources);
}

/**
 * Checks the types of the dashboard's pages, which Next leaves out to start sooner.
 *
 * @returns {Promise<void>}
 */
export async function checkPages() {
  await runStep("Checking the dashboard's types", process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    DASHBOARD,
  ]);
}

/** Writes the database client's code from prisma/schema.prisma. */
export async function generateClient() {
  await runStep('Generating the database client', process.execPath, [
    'scripts/generate.mjs',
    '--client',
  ]);
}

/**
 * Compiles projects and what they need.
 *
 * @param {readonly string[]} [projects] folders; default: all
 * @returns {Promise<void>}
 */
export async function compile(projects = ['.']) {
  await runStep('Compiling', process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-b',
    ...projects,
  ]);
}

function isCompiled(sources) {
  return (
    STARTED.every((app) => existsSync(join(root, app, 'dist/main.js'))) && isStamped(STAMP, sources)
  );
}

function isStamped(stamp, sources) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

/** Names, sizes and times of all that a build reads; cheap enough to look at every start. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap((name) => filesAt(join(root, name)))) {
    const { mtimeMs, size } = statSync(path);
    hash.update(`${path}\0${mtimeMs}\0${size}\0`);
  }
  return hash.digest('hex');
}

function filesAt(path) {
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path)
    .filter(
      (name) => !['dist', 'node_modules', 'generated', '.next', 'next-env.d.ts'].includes(name),
    )
    .sort()
    .flatMap((name) => filesAt(join(path, name)));
}
