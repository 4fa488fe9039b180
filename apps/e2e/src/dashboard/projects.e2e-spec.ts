import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { go, openContext, signIn, takeSecret, useStage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';
import { eventually } from '../harness/eventually.js';

describeWithBrowser('projects on the dashboard', () => {
  const stage = useStage();
  let page: Page;

  beforeAll(async () => {
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
  });
  afterAll(async () => {
    await page.context().close();
  });

  describe('a bulk retry', () => {
    /** Ids of requests that fail, and succeed when they are retried. */
    let mended: readonly string[] = [];
    /** Id of a request that fails on every attempt. */
    let hopeless = '';
    /** Id of a request that failed with another error. */
    let another = '';
    let completed = '';

    beforeAll(async () => {
      const { client } = stage().cluster;
      const send = async (model: string): Promise<string> =>
        String((await client.wait(model)).headers['x-request-id']);
      mended = await Promise.all(['sim/400,ok', 'sim/400,ok', 'sim/400,ok'].map(send));
      hopeless = await send('sim/400');
      another = await send('sim/404,ok');
      completed = await send('sim/ok');
    });

    const row = (id: string): Locator => page.locator(`[data-request-row="${id}"]`);
    const setFilter = async (field: string, value: string): Promise<void> => {
      await page.getByRole('button', { name: 'Filter', exact: true }).click();
      await page.getByRole('textbox', { name: field }).fill(value);
      await page.getByRole('button', { name: 'Show', exact: true }).click();
    };
    const toggleStatus = (status: string): Promise<void> =>
      page.getByRole('search', { name: 'Filters' }).getByText(status, { exact: true }).click();
    const clickButton = (name: string): Promise<void> =>
      page.getByRole('button', { name, exact: true }).click();

    it('finds them by filters that all hold, however quickly one follows the other', async () => {
      await go(page, 'Requests');
      await toggleStatus('failed');
      await toggleStatus('canceled');
      await page.waitForURL(/\?status=failed%2Ccanceled$/);
      await toggleStatus('failed');
      await toggleStatus('canceled');
      await row(completed).waitFor();
    });

    it('counts the failed requests that the filters show', async () => {
      await toggleStatus('failed');
      await row(completed).waitFor({ state: 'detached' });
      await setFilter('Error code', 'openai_http_400');
      await row(another).waitFor({ state: 'detached' });
      for (const id of [...mended, hopeless]) {
        await row(id).getByText('failed').waitFor();
      }
      await clickButton('Retry failed…');
      await page.getByText('Failed requests with error openai_http_400.').waitFor();
      await page.getByText('4 requests will run again').waitFor();
    });

    it('shows how far it is, to its end', async () => {
      await clickButton('Retry 4');
      await page.getByText('4 of 4 queued again').waitFor();
      const progress = page.getByRole('progressbar', { name: 'Progress' });

      expect(await progress.getAttribute('aria-valuenow')).toBe('100');
      // The corner of the dialog has one, too.
      await page.getByRole('button', { name: 'Close', exact: true }).last().click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it('has run each of them once more, and nothing else', async () => {
      await clickButton('Remove the filter error openai_http_400');
      await toggleStatus('failed');
      const { client } = stage().cluster;
      const states: unknown[] = [];
      for (const [id, status] of [
        ...mended.map((one) => [one, 'completed'] as const),
        [hopeless, 'failed'] as const,
        [another, 'failed'] as const,
        [completed, 'completed'] as const,
      ]) {
        await row(id).getByText(status).waitFor();
        const record = await client.untilEnded(id);
        states.push([record.status, record.attempts]);
      }

      expect(states).toEqual([
        ...mended.map(() => ['completed', 2]),
        ['failed', 2],
        ['failed', 1],
        ['completed', 1],
      ]);
    });

    it('is not offered beside a filter that it does not heed', async () => {
      const button = page.getByRole('button', { name: 'Retry failed…' });
      expect(await button.getAttribute('aria-disabled')).toBeNull();
      await setFilter('Idempotency key', 'order-17');
      await page
        .getByRole('button', { name: 'Remove the filter idempotency key order-17' })
        .waitFor();

      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await clickButton('Remove the filter idempotency key order-17');
    });
  });

  describe('deleting a project', () => {
    const name = 'Short-lived';
    let secret = '';

    const status = async (): Promise<number> =>
      (await stage().cluster.clientFor(secret).get('/v1/models')).status;
    const inList = (): Locator => page.getByRole('link', { name, exact: true });
    const deleteButton = (): Locator => page.getByRole('button', { name: 'Delete everything' });

    it('is of a project that was made, with a key that works', async () => {
      await go(page, 'Projects');
      await page.getByRole('button', { name: 'New project' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill(name);
      await page.getByRole('button', { name: 'Create project' }).click();
      await page.getByRole('heading', { name: 'Providers', level: 1 }).waitFor();
      await go(page, 'Keys');
      await page.getByRole('button', { name: 'New key' }).first().click();
      await page.getByRole('textbox', { name: 'Name' }).fill('app');
      await page.getByRole('button', { name: 'Create key' }).click();
      secret = await takeSecret(page);

      expect(await status()).toBe(200);
    });

    it('asks for its name; a wrong one deletes nothing', async () => {
      const deletions: string[] = [];
      page.on('request', (request) => {
        if (request.method() === 'DELETE') {
          deletions.push(request.url());
        }
      });
      await go(page, 'Settings');
      await page.getByRole('button', { name: 'Delete…' }).click();
      const typed = page.getByRole('textbox', { name: `Type ${name} to confirm` });
      for (const wrong of ['', name.toLowerCase(), `${name} `, name.slice(0, -1)]) {
        await typed.fill(wrong);
        await typed.press('Enter');
        expect([wrong, await deleteButton().isDisabled()]).toEqual([wrong, true]);
      }
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await go(page, 'Projects');
      await inList().waitFor();

      expect(deletions).toEqual([]);
      expect(await status()).toBe(200);
    });

    it('by its name takes it off the list, and its keys are refused', async () => {
      await page.getByRole('link', { name: `Settings of ${name}` }).click();
      await page.getByRole('button', { name: 'Delete…' }).click();
      await page.getByRole('textbox', { name: `Type ${name} to confirm` }).fill(name);
      await deleteButton().click();
      await page.getByRole('heading', { name: 'Projects', level: 1 }).waitFor();
      await inList().waitFor({ state: 'detached' });
      await eventually(status, (answer) => answer === 401);
      await page.reload();
      await page.getByRole('link', { name: /^Settings of/ }).waitFor();

      expect(await inList().count()).toBe(0);
    });
  });
});
