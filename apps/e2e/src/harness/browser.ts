import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

import type { Cluster } from './cluster.js';
import { Dashboard } from './dashboard.js';
import { findChromium } from './describe-with-browser.js';
import { useCluster } from './transports.js';

/** A machine of its own for each run: no sandbox as root, nothing that calls home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** How long something may take to show, in milliseconds: it hangs, not: it is slow. */
const PATIENCE_MS = 45_000;
/** And a whole test of many pages, or the start of everything. */
export const TEST_MS = 240_000;

/** Starts a Chromium. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS });
}

/** What a suite with a browser works with. */
export interface Stage {
  readonly cluster: Cluster;
  readonly dashboard: Dashboard;
  readonly browser: Browser;
}

/** Who signs in. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/**
 * Starts a cluster, the dashboard and a browser before a suite's first test and stops them after its
 * last.
 *
 * @returns gives them, within tests and hooks
 */
export function useStage(): () => Stage {
  const cluster = useCluster({ redis: false, env: { REQRUN_KEY_CACHE_MS: '200' } });
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
 * A browser's profile of its own.
 *
 * @param stage where it looks
 * @param width of its window, in pixels
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
 * Gives somebody a browser of their own, and takes it away afterwards.
 *
 * @param stage where they look
 * @param work what they do; nobody is signed in
 * @param width of the window, in pixels
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
 * Enters email and password, as a person does. Where it leads is the caller's to see.
 *
 * @param page anywhere
 * @param who wants to sign in
 */
export async function givePassword(page: Page, who: Credentials): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until somebody has been let in. */
export async function seeOverview(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

/**
 * Signs in on the page with a password alone.
 *
 * @param page anywhere
 * @param who signs in
 */
export async function signIn(page: Page, who: Credentials): Promise<void> {
  await givePassword(page, who);
  await seeOverview(page);
}

/** Signs out by the menu of one's account. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

/**
 * Goes to a page by the menu at the side.
 *
 * @param page of a person who is signed in
 * @param name what stands in the menu and over the page
 */
export async function go(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Reads a secret off the dialog that shows it once, and puts it away. */
export async function takeSecret(page: Page): Promise<string> {
  const text = await page.getByTestId('secret').textContent();
  // By the keyboard: what is shown above the button may still grow by a line, and a button that moves
  // between press and release of the mouse is not clicked.
  await page.getByRole('button', { name: 'I have stored it' }).press('Enter');
  await page.getByTestId('secret').waitFor({ state: 'detached' });
  return text?.trim() ?? '';
}

/**
 * Every page of the dashboard.
 *
 * @param projectId whose
 * @param requestId one of its requests
 */
export function everyPage(projectId: string, requestId: string): readonly string[] {
  const project = `/projects/${projectId}`;
  return [
    project,
    `${project}/requests`,
    `${project}/requests/${requestId}`,
    `${project}/keys`,
    `${project}/settings`,
    '/projects',
    '/audit',
    '/people',
    '/profile',
    '/errors',
  ];
}

/**
 * Opens a page and waits until it shows what it is about.
 *
 * @param page of a person who is signed in
 * @param path which one
 */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
}
