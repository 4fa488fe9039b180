import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import { openContext, signIn, TEST_MS, useStage, visit } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

describeWithBrowser('the page for simulations', () => {
  const stage = useStage();
  let page: Page;

  beforeAll(async () => {
    const { client, project } = stage().cluster;
    const once = { retry: { count: 0 } };
    await Promise.all([
      client.wait('sim/503', once),
      client.wait('sim/503', once),
      client.wait('sim/400', once),
      client.wait('sim/ok', once),
    ]);
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
    await visit(page, `/projects/${project.id}/requests?status=failed&mode=test`);
  }, TEST_MS);
  afterAll(async () => {
    await page.context().close();
  });

  const part = (label: string, text: string): Locator =>
    page.getByRole('list', { name: label }).getByRole('listitem').filter({ hasText: text });
  const failed = (text: string): Locator => part('Of the requests that failed', text);

  it(
    'leads from failed requests to what other retries would have reached, and how much later',
    async () => {
      await page.getByRole('link', { name: 'What if…' }).click();
      await page.getByRole('heading', { name: 'Simulation', level: 1 }).waitFor();
      await page.getByLabel('Retries').fill('2');
      await page.getByRole('button', { name: 'Simulate' }).click();

      await page.getByText('2 of 3 failed requests would have been called again.').waitFor();
      expect(await failed('would be retried').textContent()).toContain('2');
      expect(await failed('would fail all the same').textContent()).toContain('1');
      await page.getByText('Their next call would begin 1 s after the failure.').waitFor();
      await page.getByText('How these 2 calls would have ended').waitFor();
      expect(new URL(page.url()).searchParams.get('retries')).toBe('2');
      expect(new URL(page.url()).searchParams.get('mode')).toBe('test');
    },
    TEST_MS,
  );

  it(
    'counts what a fallback would have reached, and has nothing that axe finds serious',
    async () => {
      await page.getByLabel('Retries').fill('');
      await page.getByRole('combobox', { name: 'Fallback model' }).fill('sim/ok');
      await page.getByRole('button', { name: 'Simulate' }).click();
      await failed('would fall back').waitFor();

      expect(await failed('would fall back').textContent()).toContain('2');
      expect(await seriousFindings(page, 'simulation')).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'has the question in the address: Back asks the one before',
    async () => {
      await page.goBack();
      await failed('would be retried').waitFor();

      expect(await page.getByLabel('Retries').inputValue()).toBe('2');
      expect(await page.getByRole('combobox', { name: 'Fallback model' }).inputValue()).toBe('');
    },
    TEST_MS,
  );
});
