import { type Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { go, openContext, signIn, TEST_MS, useStage, visit } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

describeWithBrowser('what the pages say is so', () => {
  const stage = useStage();
  const project = (): string => `/projects/${stage().cluster.project.id}`;
  let page: Page;

  beforeAll(async () => {
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
  }, TEST_MS);
  afterAll(async () => {
    await page.context().close();
  });

  it(
    'waits for the first request of a project, and ticks the steps that are done',
    async () => {
      await visit(page, project());
      const step = (name: string) => page.getByRole('listitem').filter({ hasText: name });
      await step('Send a first request').getByText('waiting for it').waitFor();
      await step('Create an API key').getByLabel('done').waitFor();

      await stage().cluster.client.wait('sim/429,500,ok');
      await step('Send a first request').getByLabel('done').waitFor();
      await step('See a retry').getByLabel('done').waitFor();
    },
    TEST_MS,
  );

  it(
    'calls a mode without traffic quiet, and not a project that is new',
    async () => {
      await visit(page, `${project()}?mode=live`);
      await page.getByText('No live requests in the last hour').waitFor();
      expect(await page.getByText('No request yet').count()).toBe(0);
      expect(await page.getByText('waiting for it').count()).toBe(0);
    },
    TEST_MS,
  );

  it(
    'shows a row that has left the filters with its present state',
    async () => {
      const id = await stage().cluster.client.submit('sim/503:retry-after=8,ok');
      await visit(page, `${project()}/requests?status=retrying`);
      const row = page.locator(`[data-request-row="${id}"]`);
      await row.getByText('retrying').waitFor();
      await row.hover();
      await row.getByText('completed').waitFor();

      expect(await row.getAttribute('data-left')).toBe('true');
    },
    TEST_MS,
  );

  it(
    'says while the API is away that it is, and goes on by itself',
    async () => {
      const { cluster } = stage();
      await go(page, 'Requests');
      await page.locator('[data-request-row]').first().waitFor();
      await cluster.api.stop();
      const alert = page.getByRole('alert').filter({ hasText: 'has not answered since' });
      await alert.waitFor();
      expect(await page.locator('[data-request-row]').count()).toBeGreaterThan(0);

      await cluster.api.start();
      await alert.waitFor({ state: 'detached' });
      const id = await cluster.client.submit('sim/ok');
      await page.mouse.move(0, 0);
      await page.locator(`[data-request-row="${id}"]`).waitFor();
    },
    TEST_MS,
  );
});
