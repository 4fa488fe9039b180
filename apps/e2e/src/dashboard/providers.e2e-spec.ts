import type { Locator, Page } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import { go, openContext, signIn, TEST_MS, useStage, visit, withPage } from '../harness/browser.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';
import {
  type RecordingProvider,
  SMALL_COMPLETION,
  startRecordingProvider,
} from '../harness/recording-provider.js';

const KEY = 'sk-0123456789-1111';
const NEXT_KEY = 'sk-0123456789-2222';
const MODELS = '{"object":"list","data":[{"id":"small"},{"id":"large"}]}';
const NARROW = 390;

describeWithBrowser('the providers on the dashboard', () => {
  const stage = useStage();
  let page: Page;
  let first: RecordingProvider;
  let second: RecordingProvider;

  beforeAll(async () => {
    [first, second] = [await startRecordingProvider(), await startRecordingProvider()];
    page = await (await openContext(stage())).newPage();
    await signIn(page, OWNER);
    await go(page, 'Providers');
  });
  afterAll(async () => {
    await page.context().close();
    await Promise.all([first.close(), second.close()]);
  });

  const item = (name: string): Locator => page.locator(`[data-provider="${name}"]`);
  const dialog = (): Locator => page.getByRole('dialog');
  const field = (name: string): Locator => dialog().getByRole('textbox', { name, exact: true });
  const labeled = (label: string): Locator => dialog().getByLabel(label, { exact: true });
  const key = (): Locator => labeled('API key');
  const press = (name: string): Promise<void> =>
    dialog().getByRole('button', { name, exact: true }).click();
  const problem = (text: string): Promise<void> => dialog().getByText(text).waitFor();
  const isClosed = (): Promise<void> => dialog().waitFor({ state: 'detached' });
  const choose = async (name: string, action: string): Promise<void> => {
    await item(name)
      .getByRole('button', { name: `More actions for ${name}` })
      .click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const openForm = (): Promise<void> =>
    page.getByRole('button', { name: 'New provider' }).first().click();
  const chooseKind = async (kind: string): Promise<void> => {
    await dialog().getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: kind }).click();
  };
  /** Sends a live request, and returns the call that the provider got. */
  const callFor = async (provider: RecordingProvider, model: string) => {
    const { cluster } = stage();
    provider.answer = { body: SMALL_COMPLETION };
    const answer = await cluster.clientFor(cluster.project.keys.live).wait(model);
    expect([answer.status, answer.headers['x-reqrun-model']]).toEqual([200, model]);
    return provider.calls.at(-1);
  };

  it('are none at first, and the page says where requests go instead', async () => {
    await page.getByRole('heading', { name: 'No provider yet' }).waitFor();
    await page.getByText('Live requests go to the simulator').waitFor();
    await page.getByText('talks to the simulator').waitFor();
  });

  it('are tested before they are added: a key that is refused is told, and nothing is stored', async () => {
    await openForm();
    expect(await field('Name').inputValue()).toBe('openai');
    await field('Base URL').fill(first.baseUrl);
    await key().fill(KEY);
    first.answer = {
      status: 401,
      body: '{"error":{"message":"no","type":"x","code":"invalid_api_key"}}',
    };
    await press('Test');
    await problem('The provider refused the key (HTTP 401).');
    expect(first.calls.at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    first.answer = { body: MODELS };
    await press('Test');
    await problem('It works: the provider answered and listed 2 models');
    await page.keyboard.press('Escape');
    await isClosed();

    expect(await page.locator('[data-provider]').count()).toBe(0);
  });

  it('are added by keyboard alone; the first one is the default', async () => {
    const button = page.getByRole('button', { name: 'New provider' }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    await field('Name').focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('main');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(first.baseUrl);
    await page.keyboard.press('Tab');
    await page.keyboard.type(KEY);
    await page.keyboard.press('Enter');
    await item('main').getByText('default', { exact: true }).waitFor();
    await isClosed();

    expect(await item('main').textContent()).toContain('…1111');
    expect(await page.content()).not.toContain(KEY);
    expect(await page.getByText('talks to the simulator').count()).toBe(0);
    expect((await callFor(first, 'm'))?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it('refuse what cannot be, each at its field', async () => {
    await openForm();
    await field('Name').fill('main');
    await field('Base URL').fill('not an address');
    await key().fill(KEY);
    await press('Add provider');
    await problem('There is a provider of this name');
    await field('Name').fill('sim');
    await press('Add provider');
    await problem('This name stands for ReqRun');
    await field('Name').fill('Upper case');
    await press('Add provider');
    await problem('A letter first');
    await field('Name').fill('spare');
    await press('Add provider');
    const address = field('Base URL');
    await dialog().locator('[aria-invalid="true"]').waitFor();
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    await address.fill(second.baseUrl);
    await key().fill('');
    await press('Add provider');
    await problem('It needs a key.');
    await press('Cancel');
    await isClosed();
  });

  it('of Azure take a version, and are called with the header and the path of Azure', async () => {
    await openForm();
    await chooseKind('Azure OpenAI');
    expect(await field('Name').inputValue()).toBe('azure');
    await field('Base URL').fill(second.baseUrl.replace('/v1', ''));
    await field('API version').fill('2024-10-21');
    await key().fill(KEY);
    await press('Add provider');
    await item('azure').waitFor();

    expect(await item('azure').textContent()).toContain('API version 2024-10-21');
    const call = await callFor(second, 'azure/gpt-4o');
    expect(call?.path).toBe('/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21');
    expect(call?.headers).toMatchObject({ 'api-key': KEY });
  });

  it('are tested each by itself, and say in words what came out', async () => {
    second.answer = { status: 503, body: '{}' };
    await item('azure').getByRole('button', { name: 'Test azure' }).click();
    await item('azure').getByText('The provider answered HTTP 503').waitFor();
    await item('azure').getByRole('link', { name: 'openai_http_503' }).waitFor();
    first.answer = { body: MODELS };
    await item('main').getByRole('button', { name: 'Test main' }).click();
    await item('main').getByText('listed 2 models').waitFor();
    expect(await item('azure').textContent()).toContain('HTTP 503');
  });

  it('get another key, which can be tested while the old one is still in use', async () => {
    await choose('main', 'Replace the key…');
    await press('Replace the key');
    await problem('Paste the new key');
    first.answer = { body: MODELS };
    await labeled('New key').fill(NEXT_KEY);
    await press('Test the new key');
    await problem('listed 2 models');
    expect(first.calls.at(-1)?.headers.authorization).toBe(`Bearer ${NEXT_KEY}`);
    expect(await item('main').textContent()).toContain('…1111');
    await press('Replace the key');
    await item('main').getByText('…2222').waitFor();
    await isClosed();

    const { cluster } = stage();
    const live = cluster.clientFor(cluster.project.keys.live);
    first.answer = { body: SMALL_COMPLETION };
    let used = '';
    while (used !== `Bearer ${NEXT_KEY}`) {
      expect((await live.wait('m')).status).toBe(200);
      used = first.calls.at(-1)?.headers.authorization ?? '';
    }
  });

  it('are changed: another server needs a key of its own, and a list of models is kept to', async () => {
    await item('main').getByRole('button', { name: 'Edit main' }).click();
    await field('Base URL').fill(second.baseUrl);
    await press('Save provider');
    await problem('Another server needs a key of its own.');
    await field('Base URL').fill(first.baseUrl);
    await labeled('Models').fill('small');
    await labeled('Models').press('Enter');
    await press('Save provider');
    await isClosed();
    await item('main').getByText('small', { exact: true }).waitFor();
  });

  it('change the default after a question, and requests without a name follow it', async () => {
    await item('main').getByRole('button', { name: 'More actions for main' }).click();
    const needed = page.getByRole('menuitem', { name: 'Remove…' });
    expect(await needed.getAttribute('aria-disabled')).toBe('true');
    await needed.getByText('Set another one as default first.').waitFor();
    await needed.press('Enter');
    await page.keyboard.press('Escape');
    await needed.waitFor({ state: 'detached' });
    expect(await dialog().count()).toBe(0);

    await choose('azure', 'Set as default…');
    await problem('Live requests that name no provider go to azure');
    await press('Set as default');
    await item('azure').getByText('default', { exact: true }).waitFor();
    expect(await item('main').getByText('default', { exact: true }).count()).toBe(0);
  });

  it('are removed after a question that says what follows; the last one leaves the simulator', async () => {
    await choose('main', 'Remove…');
    await problem('Its key (…2222) is deleted.');
    await press('Remove the provider');
    await item('main').waitFor({ state: 'detached' });
    await choose('azure', 'Remove…');
    await problem('live requests get made-up answers');
    await press('Remove the provider');
    await page.getByRole('heading', { name: 'No provider yet' }).waitFor();
    await page.getByText('talks to the simulator').waitFor();
  });

  it(
    'have dialogs in which axe finds nothing serious, and that fit 390 pixels, in light and dark',
    async () => {
      const { cluster } = stage();
      const owner = await cluster.owner();
      const providers = `/admin/projects/${cluster.project.id}/providers`;
      const long = { base_url: `${first.baseUrl}/${'a-long-path/'.repeat(8)}`, api_key: KEY };
      await owner.expect(201, 'POST', providers, { ...long, name: 'first' });
      await owner.expect(201, 'POST', providers, {
        ...{ ...long, name: `n${'ame'.repeat(20)}` },
        models: Array.from({ length: 30 }, (_, n) => `a-model-with-a-long-name-${n}`),
      });
      const found: string[] = [];
      const look = async (at: Page, name: string): Promise<void> => {
        found.push(...(await seriousFindings(at, name)));
        const width = await at.evaluate<number>('document.documentElement.scrollWidth');
        if (width > NARROW) {
          found.push(`${name}: ${width} px wide`);
        }
      };
      await withPage(
        stage(),
        async (narrow) => {
          await signIn(narrow, OWNER);
          for (const colorScheme of ['light', 'dark'] as const) {
            await narrow.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
            await visit(narrow, `/projects/${cluster.project.id}/providers`);
            const more = narrow.getByRole('button', { name: 'More actions for first' });
            await look(narrow, `${colorScheme}, list`);
            await narrow.getByRole('button', { name: 'New provider' }).click();
            await narrow.getByRole('dialog').waitFor();
            await look(narrow, `${colorScheme}, new`);
            await narrow.keyboard.press('Escape');
            await narrow.getByRole('dialog').waitFor({ state: 'detached' });
            await more.click();
            await narrow.getByRole('menuitem', { name: 'Replace the key…' }).waitFor();
            await look(narrow, `${colorScheme}, menu`);
            await narrow.getByRole('menuitem', { name: 'Replace the key…' }).click();
            await narrow.getByRole('dialog').waitFor();
            await look(narrow, `${colorScheme}, key`);
          }
        },
        NARROW,
      );

      expect(found).toEqual([]);
    },
    TEST_MS,
  );
});
