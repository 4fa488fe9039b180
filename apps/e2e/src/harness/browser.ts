import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import type { Cluster } from './cluster.js';
import { Dashboard } from './dashboard.js';
import { findChromium } from './describe-with-browser.js';
import { useCluster } from './transports.js';

/** Flags of Chromium: no sandbox, because it runs as root on a throwaway machine; no calls home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Longest time for an element to appear, in ms. Only a hanging page exceeds it. */
const PATIENCE_MS = 45_000;
/** Longest time of a test of many pages, or of the start of all processes, in ms. */
export const TEST_MS = 240_000;

/** Starts Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS });
}

/** Parts that a suite with a browser uses. */
export interface Stage {
  readonly cluster: Cluster;
  readonly dashboard: Dashboard;
  readonly browser: Browser;
}

/** Credentials of a user. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/**
 * Starts a cluster, the dashboard and a browser before a suite's first test and stops them after its
 * last.
 *
 * @param env further settings of the cluster
 * @returns a function that returns them, within tests and hooks
 */
export function useStage(env: Readonly<Record<string, string>> = {}): () => Stage {
  const cluster = useCluster({ redis: false, env: { REQRUN_KEY_CACHE_MS: '200', ...env } });
  let dashboard: Dashboard | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    dashboard = new Dashboard(cluster().baseUrl);
    [browser] = await Promise.all([launchBrowser(), dashboard.start()]);
  }, TEST_MS);
  afterAll(async () => {
    await Promise.all([browser?.close(), dashboard?.stop()]);
  }, TEST_MS);
  return () => {
    if (dashboard === undefined || browser === undefined) {
      throw new Error('The stage has not been set.');
    }
    return { cluster: cluster(), dashboard, browser };
  };
}

/**
 * Opens a browser profile of its own.
 *
 * @param stage the browser and the dashboard
 * @param width width of the window, in pixels
 */
export async function openContext(
  { browser, dashboard }: Stage,
  width = 1280,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: dashboard.origin,
    viewport: { width, height: 900 },
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

/**
 * Runs a function with a page in a browser profile of its own, and closes it afterwards.
 *
 * @param stage the browser and the dashboard
 * @param work the function; no user is signed in
 * @param width width of the window, in pixels
 */
export async function withPage(
  stage: Stage,
  work: (page: Page) => Promise<void>,
  width?: number,
): Promise<void> {
  const context = await openContext(stage, width);
  try {
    await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/**
 * Submits email and password on the sign-in page. The caller checks the result.
 *
 * @param page any page
 * @param who credentials of the user
 */
export async function givePassword(page: Page, who: Credentials): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until the user is signed in. */
export async function seeOverview(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

/**
 * Signs in on the page, with a password only.
 *
 * @param page any page
 * @param who credentials of the user
 */
export async function signIn(page: Page, who: Credentials): Promise<void> {
  await givePassword(page, who);
  await seeOverview(page);
}

/** Signs out with the menu of the account. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

/**
 * Opens a page with the navigation at the side.
 *
 * @param page page of a signed-in user
 * @param name label of the page in the navigation, and its heading
 */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Reads a secret from the dialog that shows it once, and closes the dialog. */
export async function takeSecret(page: Page): Promise<string> {
  const text = await page.getByTestId('secret').textContent();
  // By the keyboard: the content above the button may still grow by a line, and a button that moves between
  // press and release of the mouse is not clicked.
  await page.getByRole('button', { name: 'I have stored it' }).press('Enter');
  await page.getByTestId('secret').waitFor({ state: 'detached' });
  return text?.trim() ?? '';
}

/**
 * Returns the paths of all pages of the dashboard.
 *
 * @param projectId UUID of the project
 * @param requestId id of one of its requests
 */
export function everyPage(projectId: string, requestId: string): readonly string[] {
  const project = `/projects/${projectId}`;
  return [
    project,
    `${project}/requests`,
    `${project}/requests/${requestId}`,
    `${project}/failures`,
    `${project}/simulation?retries=3`,
    `${project}/keys`,
    `${project}/providers`,
    `${project}/settings`,
    '/projects',
    '/audit',
    '/people',
    '/profile',
    '/errors',
  ];
}

/**
 * Opens a page and waits until it has loaded.
 *
 * @param page page of a signed-in user
 * @param path path of the page to open
 */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
}
