import type { Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { allFindings } from '../harness/axe.js';
import { signIn, TEST_MS, useStage, withPage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

const NARROW = 390;
const PAGES = ['/docs/', '/docs/guides', '/docs/architecture', '/docs/reference/endpoints'];

describeWithBrowser('the documentation', () => {
  const stage = useStage();
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${stage().dashboard.origin}${path}`, { redirect: 'manual', headers });

  /** Opens a page and waits until its scripts run. */
  async function open(page: Page, path: string): Promise<void> {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
  }

  it(
    'opens without a sign-in, finds pages, and asks no other host for anything',
    async () => {
      const complaints: string[] = [];
      const hosts = new Set<string>();
      await withPage(stage(), async (page) => {
        page.on('request', (request) => hosts.add(new URL(request.url()).origin));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => {
          if (message.type() === 'error') {
            complaints.push(message.text());
          }
        });
        for (const path of PAGES) {
          await open(page, path);
        }
        await page.getByRole('button', { name: 'Search' }).click();
        await page.getByRole('searchbox').fill('backoff jitter');
        const found = page.getByRole('listbox').getByRole('option').first();
        await found.waitFor();
        await page.getByRole('searchbox').press('Enter');
        await page.waitForURL(/\/docs\/(retries|configuration|architecture|glossary)/);
        await page.getByRole('heading', { level: 1 }).waitFor();

        await open(page, '/docs/retries#re-attachment');
        expect(await page.locator('#re-attachment').count()).toBe(1);
        await page.getByRole('link', { name: 'Dashboard', exact: true }).click();
        await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      });

      // The API answers 401 to a browser that is not signed in, which the console of the dashboard shows.
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
      expect([...hosts]).toEqual([stage().dashboard.origin]);
    },
    TEST_MS,
  );

  it(
    'is linked from the sign-in page and from the navigation',
    async () => {
      await withPage(stage(), async (page) => {
        await page.goto('/sign-in');
        await page.getByRole('link', { name: 'Documentation' }).click();
        await page.getByRole('heading', { name: 'ReqRun', level: 1 }).waitFor();
        await signIn(page, OWNER);
        await page.getByRole('navigation').getByRole('link', { name: 'Documentation' }).click();
        await page.getByRole('heading', { name: 'ReqRun', level: 1 }).waitFor();
      });
    },
    TEST_MS,
  );

  it(
    'has nothing that axe finds, and fits a narrow screen, in light and dark',
    async () => {
      const found: string[] = [];
      await withPage(
        stage(),
        async (page) => {
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            for (const path of PAGES) {
              await open(page, path);
              found.push(...(await allFindings(page, `${colorScheme} ${path}`)));
              const width = await page.evaluate<number>('document.documentElement.scrollWidth');
              if (width > NARROW) {
                found.push(`${path} is ${width} pixels wide`);
              }
            }
          }
        },
        NARROW,
      );
      expect(found).toEqual([]);
    },
    TEST_MS,
  );

  it('answers as its files say: redirect, cache, compression, policy, and a page for what is not there', async () => {
    const redirect = await get('/docs?a=b');
    expect([redirect.status, redirect.headers.get('location')]).toEqual([308, '/docs/?a=b']);

    const home = await get('/docs/', { 'accept-encoding': 'br' });
    const html = await home.text();
    expect(home.status).toBe(200);
    expect(home.headers.get('content-encoding')).toBe('br');
    expect(home.headers.get('cache-control')).toBe('no-cache');
    expect(home.headers.get('content-security-policy')).toMatch(
      /script-src 'self' 'sha256-[^']+' 'sha256-[^']+';/,
    );
    const known = { 'accept-encoding': 'br', 'if-none-match': home.headers.get('etag') ?? '' };
    expect((await get('/docs/', known)).status).toBe(304);

    const script = await get(/\/docs\/assets\/app\.[^"]+\.js/.exec(html)?.[0] ?? '');
    expect([script.status, script.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);

    for (const path of ['/docs/no-such-page', '/docs/assets/', '/docs/..%2fscript-hashes.json']) {
      const missing = await get(path);
      expect([path, missing.status]).toEqual([path, 404]);
      expect(await missing.text()).toContain('404');
    }
    // The dashboard's own pages allow no script by its hash.
    expect((await get('/sign-in')).headers.get('content-security-policy')).not.toContain('sha256-');
  });
});
