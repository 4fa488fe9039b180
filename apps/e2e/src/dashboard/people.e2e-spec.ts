import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import {
  type Credentials,
  givePassword,
  go,
  openContext,
  seeOverview,
  signIn,
  signOut,
  takeSecret,
  useStage,
  withPage,
} from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

/** Time for which an authenticator app shows a code. */
const STEP_MS = 30_000;

describeWithBrowser('people on the dashboard', () => {
  const stage = useStage();

  describe('a second factor', () => {
    const email = 'second@example.com';
    let page: Page;
    let who: Credentials;
    let secret = '';

    beforeAll(async () => {
      const owner = await stage().cluster.owner();
      who = { email, password: (await owner.invite('owner', email)).password };
      page = await (await openContext(stage())).newPage();
      await signIn(page, who);
    });
    afterAll(async () => {
      await page.context().close();
    });

    /** Returns the code that the app shows now, or a number of steps later. */
    const codeOf = (step = 0): string =>
      new TOTP({ secret }).generate({ timestamp: Date.now() + step * STEP_MS });
    /** Returns a code that the app does not show within 7.5 minutes. */
    const wrongCode = (): string => {
      const near = new Set(Array.from({ length: 31 }, (_, index) => codeOf(index - 15)));
      const codes = Array.from({ length: 100 }, (_, index) => String(index).padStart(6, '0'));
      return codes.find((code) => !near.has(code)) ?? '';
    };
    const typeCode = async (code: string): Promise<void> => {
      await page.getByLabel('Digit 1').click();
      await page.keyboard.type(code);
    };
    /** Fills in a code as a password manager does. */
    const fillInCode = (code: string): Promise<void> => page.getByLabel('Digit 1').fill(code);
    const refusal = (words: string): Promise<void> =>
      page.getByRole('alert').filter({ hasText: words }).waitFor();
    const isOn = async (): Promise<boolean> => {
      const session = await page.request.get('/admin/session');
      const { person } = (await session.json()) as { person: { totp_enabled: boolean } };
      return person.totp_enabled;
    };

    it('is not turned on by a wrong code of the app', async () => {
      await page.getByRole('button', { name: /^Account of/ }).click();
      await page.getByRole('menuitem', { name: 'Profile and security' }).click();
      await page.getByRole('button', { name: 'Set up…' }).click();
      const shown = page.getByRole('dialog').getByText(/^[A-Z2-7]{32}$/);
      secret = (await shown.textContent()) ?? '';
      await typeCode(wrongCode());
      await refusal('The code is wrong.');

      expect(await isOn()).toBe(false);
    });

    it('is turned on by the right one after it, filled in at once', async () => {
      await fillInCode(codeOf());
      await page.getByRole('button', { name: 'Turn off…' }).waitFor();

      expect(await isOn()).toBe(true);
    });

    it('lets nobody in by the password alone', async () => {
      await withPage(stage(), async (other) => {
        await givePassword(other, who);
        await other.getByRole('heading', { name: 'Two-step sign-in' }).waitFor();
        await other.goto('/audit');
        await other.waitForURL(/\/sign-in\?next=%2Faudit/);
      });
    });

    it('lets nobody in with a wrong code, and says that it is wrong', async () => {
      await signOut(page);
      await givePassword(page, who);
      await page.getByRole('heading', { name: 'Two-step sign-in' }).waitFor();
      await typeCode(wrongCode());
      await refusal('This code is wrong or was used already. Wait for the next one.');

      expect((await page.request.get('/admin/session')).status()).toBe(401);
    });

    it('lets its owner in with password and code', async () => {
      // A code can be used once, and this step's code has enabled the second factor. The next step's code is
      // accepted too, as from a clock that is slightly fast.
      await fillInCode(codeOf(1));
      await seeOverview(page);

      expect(await isOn()).toBe(true);
    });
  });

  describe('an invitation', () => {
    const email = 'vera@example.com';
    let link = '';

    const join = async (page: Page, name: string, password: string): Promise<void> => {
      await page.goto(link);
      await page.getByLabel('Your name').fill(name);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Join' }).click();
    };

    it('is a link that is shown once', async () => {
      await withPage(stage(), async (page) => {
        await signIn(page, OWNER);
        await go(page, 'People');
        await page.getByRole('button', { name: 'Invite' }).click();
        await page.getByRole('textbox', { name: 'Email' }).fill(email);
        await page.getByRole('radio', { name: 'viewer' }).check();
        await page.getByRole('button', { name: 'Create invitation' }).click();
        link = await takeSecret(page);
        await page.getByRole('cell', { name: email }).waitFor();

        expect(link).toContain(`${stage().dashboard.origin}/invitation#`);
        expect(await page.content()).not.toContain(link.split('#')[1]);
      });
    });

    it('lets the invited person in with the name and password of their choice and its role', async () => {
      const password = 'vera chose this password';
      await withPage(stage(), async (page) => {
        await join(page, 'Vera', password);
        await seeOverview(page);
        await page.getByRole('button', { name: 'Account of Vera' }).click();
        await page.getByText(`${email} · viewer`).waitFor();
        await page.keyboard.press('Escape');
        await go(page, 'Keys');
        const button = page.getByRole('button', { name: 'New key' }).first();
        expect(await button.getAttribute('aria-disabled')).toBe('true');
      });
      await withPage(stage(), async (page) => {
        await signIn(page, { email, password });
      });
    });

    it('does not work a second time, says so, and lets nobody in', async () => {
      await withPage(stage(), async (page) => {
        await join(page, 'Mallory', 'mallory chose this password');
        await page
          .getByRole('alert')
          .filter({ hasText: 'This invitation has expired or was used already.' })
          .waitFor();
        await page.goto('/');
        await page.waitForURL(/\/sign-in/);
      });
      await withPage(stage(), async (page) => {
        await signIn(page, OWNER);
        await go(page, 'People');
        await page.getByText('Nobody is invited at the moment.').waitFor();
        const row = page.locator(`[data-person="${email}"]`);
        await row.getByText('Vera', { exact: true }).waitFor();

        expect(await row.count()).toBe(1);
        expect(await row.getByLabel('Role of Vera').first().inputValue()).toBe('viewer');
        expect(await page.getByText('Mallory').count()).toBe(0);
      });
    });
  });
});
