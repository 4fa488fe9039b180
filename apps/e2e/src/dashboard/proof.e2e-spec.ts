import { TOTP } from 'otpauth';
import type { Locator, Page } from 'playwright-core';

import { type AdminClient, OWNER } from '../harness/admin-client.js';
import { go, openContext, signIn, takeSecret, useStage, withPage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

/** Time for which an authenticator app shows a code. */
const STEP_MS = 30_000;

describeWithBrowser('a person who signed in some time ago', () => {
  const stage = useStage();
  let page: Page;

  beforeAll(async () => {
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
  });
  afterAll(async () => {
    await page.context().close();
  });

  /** Makes the last authentication of all sessions too old. */
  const letTimePass = async (): Promise<void> => {
    await stage().cluster.pool.query(
      `UPDATE person_sessions SET authenticated_at = now() - interval '11 min'`,
    );
  };
  const dialog = (its = page): Locator =>
    its.getByRole('dialog', { name: 'Confirm that it is you' });
  const isGone = (its: Locator): Promise<void> => its.waitFor({ state: 'detached' });
  const prove = async (password: string): Promise<void> => {
    await dialog().getByLabel('Password', { exact: true }).fill(password);
    await dialog().getByRole('button', { name: 'Confirm' }).click();
  };
  const openProfile = async (its: Page): Promise<void> => {
    await its.goto('/profile');
    await its.getByRole('heading', { name: 'Profile and security', level: 1 }).waitFor();
  };
  const tokensOf = async (browser: AdminClient): Promise<string[]> => {
    const { data } = await browser.expect<{ data: { name: string; state: string }[] }>(
      200,
      'GET',
      '/admin/me/tokens',
    );
    return data.filter(({ state }) => state === 'active').map(({ name }) => name);
  };

  it('gives the password once more to make a token, and goes on where they were', async () => {
    await openProfile(page);
    await letTimePass();
    await page.getByRole('button', { name: 'New token' }).click();
    const form = page.getByRole('dialog', { name: 'New access token' });
    await form.getByLabel('Name').fill('nightly');
    await form.getByRole('button', { name: 'Create token' }).click();
    await dialog().waitFor();

    // After a cancel nothing is created, and the input in the dialog below is kept.
    await page.keyboard.press('Escape');
    await isGone(dialog());
    await form.getByRole('alert').filter({ hasText: 'Confirm your identity' }).waitFor();
    expect(await form.getByLabel('Name').inputValue()).toBe('nightly');
    // The focus is in this dialog again.
    await form.and(page.locator(':focus-within')).waitFor();
    await form.getByRole('button', { name: 'Create token' }).click();

    await prove('not the password');
    await dialog().getByRole('alert').filter({ hasText: 'The password is wrong.' }).waitFor();
    expect(await tokensOf(await stage().cluster.owner())).toEqual([]);

    await prove(OWNER.password);
    expect(await takeSecret(page)).toMatch(/^reqrun_admin_/);
    expect(await tokensOf(await stage().cluster.owner())).toEqual(['nightly']);
  });

  it('is not asked again for the next thing', async () => {
    await go(page, 'Keys');
    await page.getByRole('button', { name: 'New key' }).first().click();
    await page.getByLabel('Name').fill('shop');
    await page.getByRole('button', { name: 'Create key' }).click();
    await takeSecret(page);
  });

  it.each([
    [
      'to invite somebody',
      async () => {
        await go(page, 'People');
        await page.getByRole('button', { name: 'Invite' }).click();
        await page.getByRole('textbox', { name: 'Email' }).fill('guest@example.com');
        await page.getByRole('button', { name: 'Create invitation' }).click();
      },
      async () => {
        expect(await takeSecret(page)).toContain('/invitation#');
      },
    ],
    [
      'to make a key',
      async () => {
        await go(page, 'Keys');
        await page.getByRole('button', { name: 'New key' }).first().click();
        await page.getByLabel('Name').fill('another');
        await page.getByRole('button', { name: 'Create key' }).click();
      },
      async () => {
        expect(await takeSecret(page)).toMatch(/^reqrun_/);
      },
    ],
    [
      'to disable somebody, after saying what goes with it',
      async () => {
        await (await stage().cluster.owner()).invite('member', 'leaver@example.com');
        await letTimePass();
        await page.goto('/people');
        const row = page.locator('[data-person="leaver@example.com"]');
        await row.getByRole('button', { name: 'Disable' }).click();
        await page.getByText('taken back for good').waitFor();
        await page.getByRole('button', { name: 'Disable the person' }).click();
      },
      async () => {
        const row = page.locator('[data-person="leaver@example.com"]');
        await row.getByText('disabled', { exact: true }).waitFor();
      },
    ],
    [
      'to add a provider',
      async () => {
        await go(page, 'Providers');
        await page.getByRole('button', { name: 'New provider' }).first().click();
        await page.getByRole('textbox', { name: 'Base URL' }).fill('https://provider.example/v1');
        await page.getByLabel('API key', { exact: true }).fill('sk-of-the-provider');
        await page.getByRole('button', { name: 'Add provider' }).click();
      },
      () => page.locator('[data-provider="openai"]').waitFor(),
    ],
    [
      'to set up a second factor',
      async () => {
        await openProfile(page);
        await page.getByRole('button', { name: 'Set up…' }).click();
      },
      async () => {
        const setUp = page.getByRole('dialog', { name: 'Set up the second factor' });
        await setUp.getByText(/^[A-Z2-7]{32}$/).waitFor();
        await page.keyboard.press('Escape');
        await isGone(setUp);
      },
    ],
  ])('gives it %s', async (_, act, seeItDone) => {
    await letTimePass();
    await act();
    await prove(OWNER.password);
    await seeItDone();
    await isGone(dialog());
  });

  it('gives a code where they have a second factor', async () => {
    const email = 'factor@example.com';
    const { password } = await (await stage().cluster.owner()).invite('viewer', email);
    await withPage(stage(), async (theirs) => {
      await signIn(theirs, { email, password });
      await openProfile(theirs);
      await theirs.getByRole('button', { name: 'Set up…' }).click();
      const shown = theirs.getByRole('dialog').getByText(/^[A-Z2-7]{32}$/);
      const totp = new TOTP({ secret: (await shown.textContent()) ?? '' });
      const now = Date.now();
      await theirs.getByLabel('Digit 1').fill(totp.generate({ timestamp: now }));
      await theirs.getByRole('button', { name: 'Turn off…' }).waitFor();
      await letTimePass();

      await theirs.getByRole('button', { name: 'New token' }).click();
      const form = theirs.getByRole('dialog', { name: 'New access token' });
      await form.getByLabel('Name').fill('by code');
      await form.getByRole('button', { name: 'Create token' }).click();
      const digit = dialog(theirs).getByLabel('Digit 1');
      expect(await dialog(theirs).getByLabel('Password').count()).toBe(0);
      // The code that has enabled the second factor is not accepted again.
      await digit.fill(totp.generate({ timestamp: now }));
      await dialog(theirs).getByRole('alert').filter({ hasText: 'was used already' }).waitFor();
      await digit.fill(totp.generate({ timestamp: now + STEP_MS }));
      expect(await takeSecret(theirs)).toMatch(/^reqrun_admin_/);
    });
  });

  it('is told how many tokens a new password can revoke, and may keep them', async () => {
    const email = 'tokens@example.com';
    const { browser, password } = await (await stage().cluster.owner()).invite('member', email);
    await browser.addToken(['audit:read']);
    const { id } = await browser.addToken(['audit:read']);
    await browser.addToken(['audit:read']);
    await browser.expect(204, 'DELETE', `/admin/me/tokens/${id}`);
    const change = async (theirs: Page, from: string, to: string): Promise<void> => {
      await theirs.getByLabel('Present password').fill(from);
      await theirs.getByLabel('New password').fill(to);
      const answered = theirs.waitForResponse((answer) =>
        answer.url().endsWith('/admin/me/password'),
      );
      await theirs.getByRole('button', { name: 'Change the password' }).click();
      expect((await answered).status()).toBe(204);
    };
    await withPage(stage(), async (theirs) => {
      await signIn(theirs, { email, password });
      await openProfile(theirs);
      const revoke = theirs.getByRole('checkbox', { name: 'Revoke my 2 access tokens too' });
      await revoke.uncheck();
      await change(theirs, password, 'a second password of theirs');
      await browser.signIn({ email, password: 'a second password of theirs' });
      expect(await tokensOf(browser)).toHaveLength(2);

      await revoke.check();
      await change(theirs, 'a second password of theirs', 'a third password of theirs');
      await theirs.getByText('and your access tokens are revoked').waitFor();
      // There is nothing left to revoke, and the dialog does not ask.
      await isGone(revoke);
      await browser.signIn({ email, password: 'a third password of theirs' });
      expect(await tokensOf(browser)).toEqual([]);
    });
  });
});
