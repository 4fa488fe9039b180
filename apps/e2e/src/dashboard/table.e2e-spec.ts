import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { allFindings, seriousFindings } from '../harness/axe.js';
import { openContext, signIn, signOut, TEST_MS, useStage, visit } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

describeWithBrowser('the table of requests', () => {
  const stage = useStage();
  const list = (): string => `/projects/${stage().cluster.project.id}/requests`;
  let page: Page;
  let failed: readonly string[] = [];
  let waiting = '';
  let completed = '';

  beforeAll(async () => {
    const { client } = stage().cluster;
    const send = async (model: string, more = {}): Promise<string> =>
      String((await client.wait(model, more)).headers['x-request-id']);
    failed = [
      await send('sim/400,ok', { metadata: { team: 'search' } }),
      await send('sim/400,ok'),
      await send('sim/400,ok'),
    ];
    completed = await send('sim/ok');
    waiting = await client.submit('sim/429:retry-after=600,ok');
    await client.until(waiting, 'retrying');
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
  }, TEST_MS);
  afterAll(async () => {
    await page.context().close();
  });

  const row = (id: string): Locator => page.locator(`[data-request-row="${id}"]`);
  const box = (id: string): Locator => page.getByRole('checkbox', { name: `Select ${id}` });
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name });
  const bar = (): Locator => page.getByRole('region', { name: 'Selection' });
  const headings = async (): Promise<string[]> =>
    (await page.getByRole('columnheader').allTextContents()).filter((text) => text !== '');

  it(
    'shows the columns that are chosen, in their order, also after a reload',
    async () => {
      await visit(page, list());
      await row(completed).waitFor();
      await button('Columns').click();
      for (const name of ['Endpoint', 'Key', 'Took', 'Metadata']) {
        await page.getByRole('checkbox', { name, exact: true }).click();
      }
      await button('Move Metadata to the left').click();
      await page.getByText('Compact', { exact: true }).click();
      expect(await seriousFindings(page, 'choice of columns')).toEqual([]);
      await page.keyboard.press('Escape');
      const chosen = ['Status', 'Request', 'Model', 'Attempts', 'Error', 'Metadata', 'Created'];
      expect(await headings()).toEqual(chosen);
      await page.reload();
      await row(failed[0] ?? '')
        .getByText('team=search')
        .waitFor();

      expect(await headings()).toEqual(chosen);
      expect(await page.getByRole('table').getAttribute('data-density')).toBe('compact');
    },
    TEST_MS,
  );

  it(
    'cancels those of the selected requests that have not ended, and nothing else',
    async () => {
      await box(waiting).click();
      await box(completed).click();
      await bar().getByText('2 selected').waitFor();
      expect(await allFindings(page, 'selection')).toEqual([]);
      await bar().getByRole('button', { name: 'Cancel 1…' }).click();
      await page.getByText('The other one is left alone: ended already.').waitFor();
      expect(await seriousFindings(page, 'cancel dialog')).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel 1 request' }).click();
      await page.getByText('1 request canceled.').waitFor();
      await row(waiting).getByText('canceled').first().waitFor();
      await bar().waitFor({ state: 'detached' });

      const { client } = stage().cluster;
      expect(await client.record(waiting)).toMatchObject({ status: 'canceled' });
      expect(await client.record(completed)).toMatchObject({ status: 'completed' });
    },
    TEST_MS,
  );

  it(
    'selects by keyboard and by range, and runs the selected requests again',
    async () => {
      const [oldest = '', , newest = ''] = failed;
      await visit(page, `${list()}?status=failed`);
      await row(newest).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('x');
      await bar().getByText('1 selected').waitFor();
      await box(oldest).click({ modifiers: ['Shift'] });
      await bar().getByText('3 selected').waitFor();
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click();
      await bar().waitFor({ state: 'detached' });
      await box(newest).click();
      await box(oldest).click();
      await bar().getByRole('button', { name: 'Retry 2…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Retry 2' }).click();
      await page.getByText('2 requests queued again.').waitFor();

      const { client } = stage().cluster;
      const states: unknown[] = [];
      for (const id of failed) {
        const { status, attempts } = await client.untilEnded(id);
        states.push([status, attempts]);
      }
      expect(states).toEqual([
        ['completed', 2],
        ['failed', 1],
        ['completed', 2],
      ]);
    },
    TEST_MS,
  );

  it(
    'saves filters and columns as a view, which another person opens by its link',
    async () => {
      const { cluster } = stage();
      await visit(page, `${list()}?status=canceled`);
      await row(waiting).waitFor();
      await button('Views').click();
      await page.getByRole('menuitem', { name: 'Save this view…' }).click();
      await page.getByRole('textbox', { name: 'Name' }).fill('Given up');
      expect(await seriousFindings(page, 'name of a view')).toEqual([]);
      await button('Save').click();
      await button('Given up').waitFor();
      const id = new URL(page.url()).searchParams.get('view') ?? '';

      // A filter more is a change of the view, until it is saved.
      await page.getByRole('search').getByText('failed', { exact: true }).click();
      await button('Given up *').click();
      expect(await seriousFindings(page, 'menu of views')).toEqual([]);
      await page.getByRole('menuitem', { name: 'Save the changes' }).click();
      await page.getByText('The view Given up is saved.').last().waitFor();
      await button(/^Given up$/).waitFor();

      const email = 'reader@table.example';
      const owner = await cluster.owner();
      const { password } = await owner.invite('viewer', email);
      await signOut(page);
      await signIn(page, { email, password });
      await visit(page, `${list()}?view=${id}`);
      await row(waiting).waitFor();
      await row(failed[1] ?? '').waitFor();
      expect(await row(completed).count()).toBe(0);
      expect(await headings()).toContain('Metadata');
      await box(waiting).click();
      const retry = bar().getByRole('button', { name: 'Retry 1…' });
      expect(await retry.getAttribute('aria-disabled')).toBe('true');
      await button('Given up').click();
      await page.getByText('Given up, by owner').waitFor();
      expect(await page.getByRole('menuitem', { name: 'Delete…' }).count()).toBe(0);
    },
    TEST_MS,
  );

  it(
    'says of a link to a view that is gone that it is, and shows all requests',
    async () => {
      await visit(page, `${list()}?view=00000000-0000-4000-8000-000000000000`);
      await page.getByText('This view cannot be opened').waitFor();
      await row(completed).waitFor();
    },
    TEST_MS,
  );

  it(
    'fits on a phone, with the selection and the chosen columns',
    async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await visit(page, `${list()}?columns=status,id,model,provider,metadata,created`);
      await box(completed).click();
      await bar().waitFor();
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      expect(await allFindings(page, 'list on a phone')).toEqual([]);
    },
    TEST_MS,
  );
});
