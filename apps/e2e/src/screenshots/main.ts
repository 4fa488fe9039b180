import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Page } from 'playwright-core';

import { launchBrowser, signIn } from '../harness/browser.js';
import { sendSamples } from './samples.js';
import { shots } from './shots.js';

/*
 * `npm run screenshots [-- <name> …]`: a picture of every page of the dashboard, light and dark, wide and
 * narrow, in screenshots/. It looks at a ReqRun that runs (`npm start`), as the owner that its local.env
 * names, and sends it some requests first, so that there is something to see.
 */

const CHECKOUT = join(import.meta.dirname, '../../../..');
const WIDTHS = [1440, 390];
const SCHEMES = ['light', 'dark'] as const;
/** Long enough for charts and pictures to settle, in milliseconds. */
const SETTLE_MS = 700;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(wanted: readonly string[]): Promise<void> {
  const env = await readLocalEnv();
  const folder = join(CHECKOUT, 'screenshots');
  await mkdir(folder, { recursive: true });
  say('Sending requests to look at …');
  await sendSamples(env('REQRUN_BASE_URL'), {
    live: env('REQRUN_API_KEY'),
    test: env('REQRUN_TEST_API_KEY'),
  });
  const browser = await launchBrowser();
  const problems: string[] = [];
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({
        baseURL: env('REQRUN_DASHBOARD_URL'),
        viewport: { width, height: 900 },
        colorScheme,
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() === 'error') {
          problems.push(`${page.url()}: ${message.text()}`);
        }
      });
      await signIn(page, {
        email: env('REQRUN_ADMIN_EMAIL'),
        password: env('REQRUN_ADMIN_PASSWORD'),
      });
      for (const [name, show] of await shots(page)) {
        if (wanted.length === 0 || wanted.includes(name)) {
          await show();
          await take(page, join(folder, `${name}-${colorScheme}-${width}.png`));
        }
      }
      await context.close();
      say(`${colorScheme}, ${width} px: done`);
    }
  }
  await browser.close();
  problems.forEach(say);
  say(`The pictures lie in ${folder}.`);
}

async function take(page: Page, path: string): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path, fullPage: true });
}

/** Reads what `npm start` has written down. */
async function readLocalEnv(): Promise<(name: string) => string> {
  const path = resolve(CHECKOUT, process.env['REQRUN_HOME'] ?? '.reqrun', 'local.env');
  const lines = (await readFile(path, 'utf8')).split('\n');
  return (name) => {
    const line = lines.find((its) => its.startsWith(`${name}=`));
    if (line === undefined) {
      throw new Error(`${path} has no ${name}: start ReqRun first.`);
    }
    return line.slice(name.length + 1);
  };
}

await main(process.argv.slice(2));
