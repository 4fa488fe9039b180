import OpenAI from 'openai';
import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { go, openContext, signIn, signOut, takeSecret, useStage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';
import { eventually } from '../harness/eventually.js';

const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello.' }];

describeWithBrowser('a day with the dashboard', () => {
  const stage = useStage();
  let page: Page;
  let secret = '';
  let requestId = '';

  beforeAll(async () => {
    page = await (await openContext(stage())).newPage();
  });
  afterAll(async () => {
    await page.context().close();
  });

  const sdk = (apiKey: string): OpenAI =>
    new OpenAI({ baseURL: `${stage().cluster.baseUrl}/v1`, apiKey, maxRetries: 0 });
  /** Returns the status with which a key is answered. */
  const statusOf = (apiKey: string): Promise<number> =>
    sdk(apiKey)
      .models.list()
      .then(
        () => 200,
        (error: unknown) => (error as { status: number }).status,
      );
  const keyRow = (name: string): Locator => page.locator(`[data-key="${name}"]`);
  const openKeyMenu = async (name: string, item: string): Promise<void> => {
    await page
      .getByRole('button', { name: `Change the key ${name}` })
      .first()
      .click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('lets nobody in with a wrong password, and the owner with the right one', async () => {
    await page.goto('/');
    await page.getByLabel('Email').fill(OWNER.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: 'Email or password is wrong' }).waitFor();

    await signIn(page, OWNER);
  });

  it('says plainly that the project talks to the simulator', async () => {
    await page.getByText('talks to the simulator').waitFor();
  });

  it('makes a key and shows its secret once', async () => {
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('shop');
    await page.getByRole('button', { name: 'Create key' }).click();
    secret = await takeSecret(page);
    await keyRow('shop').getByText('active').waitFor();

    expect(secret).toMatch(/^reqrun_live_/);
    expect(await page.content()).not.toContain(secret);
  });

  it('shows a request of the stock SDK going from retrying to completed without a reload', async () => {
    await go(page, 'Requests');
    const accepted = (await sdk(secret).chat.completions.create({
      // A long first wait, so that slow machines see it too.
      model: 'sim/429:retry-after=5,500,ok',
      messages: MESSAGES,
    })) as unknown as { id: string };
    requestId = accepted.id;
    const row = page.locator(`[data-request-row="${requestId}"]`);

    await row.getByText('retrying').waitFor();
    await row.getByText('completed').waitFor();
  });

  it('shows three attempts, the waits between them, and why', async () => {
    await page.getByRole('link', { name: requestId }).click();
    await page.getByRole('heading', { name: requestId, level: 1 }).waitFor();
    const attempts = page.getByRole('list', { name: 'Attempts' }).getByRole('listitem');
    await attempts.nth(2).waitFor();

    expect(await attempts.count()).toBe(3);
    expect(await attempts.nth(0).textContent()).toContain('as the provider asked');
    expect(await attempts.nth(1).textContent()).toContain('openai_http_500');
    expect(await attempts.nth(2).textContent()).toContain('succeeded');
    const picture = await page
      .getByRole('img', { name: 'Life of the request' })
      .getAttribute('aria-label');
    expect(picture).toMatch(/attempt 1 failed .* wait before attempt 2, attempt 2 failed/);
  });

  it('leads from an error code to what it means', async () => {
    await page.getByRole('link', { name: 'openai_http_429' }).click();
    await page.getByRole('heading', { name: 'Error codes', level: 1 }).waitFor();
    await page.locator('#openai_http_429').waitFor();
  });

  it('finds a request by its id from anywhere', async () => {
    await page.keyboard.press('Control+K');
    await page.getByPlaceholder('rr_… or a page').fill(`look at ${requestId} please`);
    await page.getByText(`Open request ${requestId}`).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: requestId, level: 1 }).waitFor();
  });

  it('walks through the list by keyboard', async () => {
    await go(page, 'Requests');
    await page.locator('[data-request-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/requests\/rr_/);
  });

  it('rotates a key: both work for the overlap', async () => {
    await go(page, 'Keys');
    await openKeyMenu('shop', 'Rotate');
    await page.getByRole('button', { name: 'Rotate the key' }).click();
    const successor = await takeSecret(page);
    await keyRow('shop').getByText('expiring').waitFor();

    expect(successor).not.toBe(secret);
    expect(await Promise.all([statusOf(secret), statusOf(successor)])).toEqual([200, 200]);
    secret = successor;
  });

  it('revokes a key after saying what is lost: it is refused', async () => {
    const active = keyRow('shop').filter({ hasText: 'active' });
    await active.getByRole('button', { name: 'Change the key shop' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByText('is refused within ten seconds, for good').waitFor();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await active.waitFor({ state: 'detached' });

    await eventually(
      () => statusOf(secret),
      (status) => status === 401,
    );
  });

  it('signs out, and lets nobody back in', async () => {
    await signOut(page);
    await page.goto('/audit');

    await page.waitForURL(/\/sign-in\?next=%2Faudit/);
  });
});
