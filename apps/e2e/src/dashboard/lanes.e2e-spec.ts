import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import { go, openContext, signIn, useStage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';
import { type RecordingProvider, startRecordingProvider } from '../harness/recording-provider.js';

const NARROW = 390;
const SECRET = 'the-words-of-a-prompt';

describeWithBrowser('lanes on the page of the providers', () => {
  const stage = useStage();
  let page: Page;
  let provider: RecordingProvider;

  beforeAll(async () => {
    provider = await startRecordingProvider();
    const { cluster } = stage();
    const owner = await cluster.owner();
    await owner.expect(201, 'POST', `/admin/projects/${cluster.project.id}/providers`, {
      ...{ name: 'main', base_url: provider.baseUrl, api_key: 'sk-0123456789-1111' },
    });
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
    await go(page, 'Providers');
  });
  afterAll(async () => {
    await page.context().close();
    await provider.close();
  });

  const dialog = (): Locator => page.getByRole('dialog');
  const lane = (model: string): Locator => page.locator(`[data-lane="${model}"]`);
  const choose = async (action: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions for main' }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const press = (name: string): Promise<void> =>
    dialog().getByRole('button', { name, exact: true }).click();
  const field = (name: string): Locator => dialog().getByLabel(name, { exact: true });
  const isClosed = (): Promise<void> => dialog().waitFor({ state: 'detached' });

  it('are limited by hand, and show the limits', async () => {
    await choose('Limit its calls…');
    await field('Model').fill('gpt-4o');
    await field('Requests per minute').fill('2');
    await field('Calls at once').fill('20');
    await press('Save limits');
    await isClosed();
    await lane('gpt-4o').getByText('limited by hand').waitFor();
    await lane('gpt-4o').getByText('2 requests a minute, 20 calls at once').waitFor();
    await lane('gpt-4o').getByText('2 a minute', { exact: true }).waitFor();
  });

  it('tell on a request what it waits for, and for about how long', async () => {
    const { cluster } = stage();
    const live = cluster.clientFor(cluster.project.keys.live);
    for (;;) {
      const id = await live.submit('gpt-4o', { messages: [{ role: 'user', content: SECRET }] });
      const record = await live.until(id, 'queued', 'completed');
      const inMs = Date.parse(record.next_attempt_at ?? '') - Date.now();
      if (record.status === 'queued' && record.next_attempt_is_estimate && inMs > 10_000) {
        await page.goto(page.url().replace(/providers.*/, `requests/${id}`));
        await page.getByText('Waits for a limit that was set by hand', { exact: true }).waitFor();
        await page.getByText('It is tried about').first().waitFor();
        expect(await page.content()).not.toContain(SECRET);
        expect(await seriousFindings(page)).toEqual([]);
        break;
      }
    }
    await go(page, 'Providers');
    expect(await page.content()).not.toContain(SECRET);
  });

  it('are stopped, with a question before, and started again', async () => {
    await lane('gpt-4o').getByRole('button', { name: 'Stop gpt-4o' }).click();
    await dialog().getByText('Requests with a fallback go on with it.').waitFor();
    await press('Stop the calls');
    await isClosed();
    await lane('gpt-4o').getByText('stopped by hand').waitFor();
    await lane('gpt-4o').getByRole('button', { name: 'Start gpt-4o' }).click();
    await lane('gpt-4o').getByText('stopped by hand').waitFor({ state: 'detached' });
    await choose('Stop its calls…');
    await press('Stop the calls');
    await isClosed();
    await lane('').getByText('All models together').waitFor();
    await lane('').getByText('stopped by hand').waitFor();
  });

  it('have no findings of axe, and fit a narrow screen, in both colors', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1_280, NARROW]) {
        await page.setViewportSize({ width, height: 900 });
        await lane('').waitFor();
        expect(await seriousFindings(page)).toEqual([]);
        const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(scrolled).toBeLessThanOrEqual(width);
        const folder = process.env['REQRUN_LANES_PICTURES'];
        if (folder !== undefined) {
          await page.screenshot({
            path: `${folder}/lanes-${colorScheme}-${width}.png`,
            fullPage: true,
          });
        }
      }
    }
  });

  it('are made without limits again', async () => {
    await page.setViewportSize({ width: 1_280, height: 900 });
    await lane('').getByRole('button', { name: 'Probe All models together' }).click();
    await page.getByText('A probe is due.').first().waitFor();
    await lane('gpt-4o').getByRole('button', { name: 'Limits of gpt-4o' }).click();
    await field('Requests per minute').fill('');
    await field('Calls at once').fill('');
    await press('Save limits');
    await isClosed();
    await lane('gpt-4o').getByText('2 requests a minute').waitFor({ state: 'detached' });
  });
});
