import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { launchBrowser, signIn } from '../harness/browser.js';
import { sendSamples } from './samples.js';
import { shots } from './shots.js';

/*
 * `npm run screenshots [-- <name> …]`: takes pictures of every page of the dashboard, light and dark, wide
 * and narrow, in screenshots/. It uses a running ReqRun (`npm start`), as the owner in its local.env, and
 * sends some requests first, so that the pages have contents.
 *
 * `npm run screenshots -- --readme` takes the pictures of README.md, light and dark, into docs/images.
 */

const CHECKOUT = join(import.meta.dirname, '../../../..');
const WIDTHS = [1440, 390];
const SCHEMES = ['light', 'dark'] as const;
/** Time for charts and pictures to settle, in ms. */
const SETTLE_MS = 700;
/** Names of the pictures that README.md shows, with their file names there. */
const README_SHOTS = new Map([
  ['requests', 'dashboard'],
  ['request-completed', 'dashboard-request'],
]);
const README_VIEWPORT = { width: 1480, height: 925 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(args: readonly string[]): Promise<void> {
  const forReadme = args.includes('--readme');
  const wanted = forReadme ? [...README_SHOTS.keys()] : args;
  const viewports = forReadme ? [README_VIEWPORT] : WIDTHS.map((width) => ({ width, height: 900 }));
  const env = await readLocalEnv();
  const folder = join(CHECKOUT, forReadme ? 'docs/images' : 'screenshots');
  await mkdir(folder, { recursive: true });
  say('Sending requests to look at …');
  await sendSamples(env('REQRUN_BASE_URL'), {
    live: env('REQRUN_API_KEY'),
    test: env('REQRUN_TEST_API_KEY'),
  });
  const browser = await launchBrowser();
  const problems: string[] = [];
  for (const viewport of viewports) {
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({
        baseURL: env('REQRUN_DASHBOARD_URL'),
        viewport,
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
          await page.waitForTimeout(SETTLE_MS);
          const file = forReadme
            ? `${README_SHOTS.get(name)}-${colorScheme}`
            : `${name}-${colorScheme}-${viewport.width}`;
          await page.screenshot({ path: join(folder, `${file}.png`), fullPage: !forReadme });
        }
      }
      await context.close();
      say(`${colorScheme}, ${viewport.width} px: done`);
    }
  }
  await browser.close();
  problems.forEach(say);
  say(`The pictures are in ${folder}.`);
}

/** Reads the `local.env` that `npm start` has written. */
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
