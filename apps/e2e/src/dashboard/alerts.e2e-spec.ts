import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import { go, openContext, signIn, takeSecret, useStage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';
import {
  signatureOf,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../harness/webhook-receiver.js';

const NARROW = 390;

describeWithBrowser('alerts in the dashboard', () => {
  const stage = useStage({ REQRUN_ALERTS_MS: '200', REQRUN_METRICS_MS: '200' });
  let page: Page;
  let receiver: WebhookReceiver;
  let secret: string;

  beforeAll(async () => {
    receiver = await startWebhookReceiver();
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
    await go(page, 'Alerts');
  });
  afterAll(async () => {
    await page.context().close();
    await receiver.close();
  });

  const dialog = (): Locator => page.getByRole('dialog');
  const rule = (name: string): Locator => page.locator(`[data-rule="${name}"]`);
  const field = (name: string): Locator => dialog().getByLabel(name, { exact: true });
  const press = (name: string): Promise<void> =>
    dialog().getByRole('button', { name, exact: true }).click();
  const look = async (name: string): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [NARROW, 1_280]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await seriousFindings(page, `${name} ${colorScheme} ${width}`)).toEqual([]);
        const scrolled = await page.evaluate<number>('document.documentElement.scrollWidth');
        expect(scrolled).toBeLessThanOrEqual(width);
        const folder = process.env['REQRUN_ALERTS_PICTURES'];
        if (folder !== undefined) {
          await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png` });
        }
      }
    }
  };

  it('have no rule at first, and a form that names what is wrong', async () => {
    await page.getByText('No rule yet').waitFor();
    await page.getByRole('button', { name: 'New rule' }).first().click();
    await field('Threshold, in %').fill('500');
    await press('Create rule');
    await dialog().getByText('threshold must be from 0.001 to 1').waitFor();
    await field('Webhook').fill('http://hooks.example.com');
    await look('form');
  });

  it('are told to a webhook, whose secret is shown once', async () => {
    await field('Threshold, in %').fill('50');
    await field('Least requests in the window').fill('1');
    await field('Name').fill('Many failures');
    await field('Webhook').fill(receiver.url);
    await press('Create rule');
    secret = await takeSecret(page);
    expect(secret).toMatch(/^whsec_/);
    await rule('Many failures').getByText('Failure rate from 50 % on in 15 min').waitFor();
    await rule('Many failures').getByText('quiet').waitFor();
  });

  it('are tested, and the dialog shows how that went', async () => {
    await rule('Many failures').getByRole('button', { name: 'Test Many failures' }).click();
    await dialog().getByText('test to the webhook: delivered').waitFor();
    const [notification] = receiver.received;
    expect(notification?.type).toBe('alert.test');
    expect(notification?.headers['webhook-signature']).toBe(signatureOf(secret, notification!));
    await press('Done');
    await dialog().waitFor({ state: 'detached' });
  });

  it('are shown while they fire: in the list, the history, and a banner on every page', async () => {
    const { cluster } = stage();
    const owner = await cluster.owner();
    await page.getByText('No rule has fired.').waitFor();
    const rules = `/admin/projects/${cluster.project.id}/alert-rules`;
    await owner.expect(201, 'POST', rules, { ...{ name: 'Old keys', kind: 'key_unused' } });
    const { data } = await owner.expect<{ data: { id: string; name: string }[] }>(
      200,
      'GET',
      rules,
    );
    const id = data.find(({ name }) => name === 'Many failures')?.id ?? '';
    await owner.expect(200, 'PATCH', `${rules}/${id}`, { mode: 'test' });
    const test = cluster.clientFor(cluster.project.keys.test);
    await test.until(await test.submit('sim/400'), 'failed');
    await rule('Many failures').getByText('firing').waitFor();
    await page.locator('[data-alert="Many failures"]').getByText('fired to the webhook').waitFor();
    const banner = page.getByTestId('alert-banner');
    await banner.getByText('Firing: Many failures').waitFor();
    await look('page');
    await go(page, 'Requests');
    await banner.getByText('Firing: Many failures').waitFor();
    await banner.getByRole('link', { name: 'See the alerts' }).click();
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
  });

  it('end when their rule is switched off, and the banner goes', async () => {
    await rule('Many failures').getByRole('switch').click({ force: true });
    await rule('Many failures').getByText('off', { exact: true }).waitFor();
    await page.getByTestId('alert-banner').waitFor({ state: 'detached' });
  });

  it('are edited and deleted', async () => {
    const choose = async (action: string): Promise<void> => {
      await page.getByRole('button', { name: 'Change the rule Old keys' }).click();
      await page.getByRole('menuitem', { name: action }).click();
    };
    await choose('Edit');
    await field('Threshold, in days').fill('60');
    await press('Save rule');
    await rule('Old keys').getByText('Unused key from 60 days on').waitFor();
    await choose('Delete');
    await press('Delete rule');
    await rule('Old keys').waitFor({ state: 'detached' });
  });
});
