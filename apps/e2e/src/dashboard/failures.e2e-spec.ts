import { readFile } from 'node:fs/promises';

import type { Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import { openContext, signIn, TEST_MS, useStage, visit } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

describeWithBrowser('the way from a failure to its cause', () => {
  const stage = useStage();
  const project = (): string => `/projects/${stage().cluster.project.id}`;
  let page: Page;

  beforeAll(async () => {
    const { client } = stage().cluster;
    const once = { retry: { count: 0 } };
    for (const model of ['sim/503', 'sim/503', 'sim/400', 'sim/ok']) {
      await client.wait(model, once, { 'idempotency-key': `=${model} ${Math.random()}` });
    }
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
  }, TEST_MS);
  afterAll(async () => {
    await page.context().close();
  });

  it(
    'groups failures by cause, says whose they are, and leads to exactly these requests',
    async () => {
      await visit(page, `${project()}/failures`);
      const outage = page.locator('[data-code="openai_http_503"]');
      await outage.waitFor();
      await page.getByText('3 requests failed').waitFor();
      await page.getByText('2 failed at the provider').waitFor();
      await page.getByText('Nothing points to ReqRun').waitFor();
      expect(await seriousFindings(page, 'failures')).toEqual([]);

      await outage.getByRole('button', { name: 'Retry these…' }).click();
      await page.getByText('2 requests will run again').waitFor();
      await page.keyboard.press('Escape');
      await outage.getByRole('link', { name: 'See requests' }).click();
      await page.locator('[data-request-row]').nth(1).waitFor();
      expect(await page.locator('[data-request-row]').count()).toBe(2);
    },
    TEST_MS,
  );

  it(
    'goes from a request to the next of the list, and back to the list with its filters',
    async () => {
      const list = page.url();
      await page.locator('[data-request-row] a').first().click();
      await page.waitForURL(/requests\/rr_/);
      const first = page.url();
      await page.getByRole('link', { name: 'Older request (j)' }).click();
      await page.waitForURL((url) => url.href !== first);
      await page.getByRole('button', { name: 'JSON' }).click();
      await page.getByLabel('Record', { exact: true }).getByText('"attempts_made"').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Requests', exact: true }).last().click();
      await page.waitForURL(list);
    },
    TEST_MS,
  );

  it(
    'saves what is filtered as a file that no spreadsheet runs',
    async () => {
      await visit(page, `${project()}/requests?status=failed`);
      await page.locator('[data-request-row]').first().waitFor();
      await page.getByRole('button', { name: 'Export' }).click();
      const saving = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: 'CSV', exact: true }).click();
      const text = await readFile(await (await saving).path(), 'utf8');
      const lines = text.trimEnd().split('\r\n');

      expect(lines).toHaveLength(4);
      expect(lines[0]).toMatch(/^id,created_at,/);
      expect(text).toContain(",'=sim/503");
    },
    TEST_MS,
  );
});
