import { randomBytes } from 'node:crypto';

import type { Page, Response } from 'playwright-core';

import { OWNER } from '../harness/admin-client.js';
import { seriousFindings } from '../harness/axe.js';
import {
  everyPage,
  openContext,
  signIn,
  TEST_MS,
  useStage,
  visit,
  withPage,
} from '../harness/browser.js';
import { chatBody } from '../harness/client.js';
import { describeWithBrowser } from '../harness/describe-with-browser.js';

/** Text in every prompt, and so in every answer and error that echoes it. */
const CANARY = `canary_${randomBytes(16).toString('hex')}`;
const NARROW = 390;

describeWithBrowser('the dashboard', () => {
  const stage = useStage();
  let requestId = '';
  let pages: readonly string[] = [];

  beforeAll(async () => {
    const { cluster } = stage();
    const prompt = { messages: [{ role: 'user', content: `Do not tell: ${CANARY}` }] };
    const models = ['sim/echo', 'sim/400:echo', 'sim/500:echo', 'sim/429:insufficient_quota:echo'];
    for (const model of models) {
      const body = chatBody(model, { ...prompt, wait: true, retry: { count: 0 }, user: CANARY });
      const answer = await cluster.client.chat(body);
      expect(answer.status === 200 ? answer.body.toString('utf8') : CANARY).toContain(CANARY);
      requestId = String(answer.headers['x-request-id']);
    }
    pages = everyPage(cluster.project.id, requestId);
  });

  /** Opens a page on which the owner is signed in, and runs a function with it. */
  const asOwner = (work: (page: Page) => Promise<void>, width?: number): Promise<void> =>
    withPage(
      stage(),
      async (page) => {
        await signIn(page, OWNER);
        await work(page);
      },
      width,
    );

  it(
    'shows no prompt in any page, payload or network answer, and breaks no rule of its policy',
    async () => {
      const answers: Promise<string>[] = [];
      const complaints: string[] = [];
      const seen: string[] = [];
      await asOwner(async (page) => {
        page.on('response', (response: Response) => {
          answers.push(response.text().catch(() => ''));
        });
        page.on('console', (message) => {
          if (message.type() === 'error') {
            complaints.push(message.text());
          }
        });
        page.on('pageerror', (error) => complaints.push(error.message));
        for (const path of pages) {
          await visit(page, path);
          seen.push(await page.content());
        }
        answers.push(Promise.resolve(seen.join('\n')));
      });
      const all = (await Promise.all(answers)).join('\n');

      // The pages must show these requests, or the search would prove nothing.
      expect(all).toContain(requestId);
      expect(all).toContain('insufficient_quota');
      expect(all.includes(CANARY)).toBe(false);
      expect(stage().dashboard.output.includes(CANARY)).toBe(false);
      expect(complaints).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'has nothing on any page that axe finds serious, in light and dark',
    async () => {
      const found: string[] = [];
      const check = async (page: Page, name: string): Promise<void> => {
        found.push(...(await seriousFindings(page, name)));
      };
      await asOwner(async (page) => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          for (const path of pages) {
            await visit(page, path);
            await check(page, `${colorScheme} ${path}`);
          }
        }
        await page.context().clearCookies();
        for (const path of ['/sign-in', '/invitation#token']) {
          await page.goto(path);
          await page.getByRole('heading', { level: 1 }).waitFor();
          await check(page, path);
        }
      });

      expect(found).toEqual([]);
    },
    // Every page twice, each read whole by axe.
    2 * TEST_MS,
  );

  it(
    'fits a screen of 390 pixels: nothing has to be pushed sideways',
    async () => {
      const wide: string[] = [];
      await asOwner(async (page) => {
        for (const path of pages) {
          await visit(page, path);
          const width = await page.evaluate<number>('document.documentElement.scrollWidth');
          if (width > NARROW) {
            wide.push(`${path}: ${width}`);
          }
        }
      }, NARROW);

      expect(wide).toEqual([]);
    },
    TEST_MS,
  );

  it('lets a viewer change nothing, by button or by API', async () => {
    const { cluster, dashboard } = stage();
    const owner = await cluster.owner();
    const email = 'viewer@example.com';
    const { password } = await owner.invite('viewer', email);
    const context = await openContext(stage());
    const page = await context.newPage();
    await signIn(page, { email, password });
    const project = `/projects/${cluster.project.id}`;
    const refused = async (path: string, button: string): Promise<void> => {
      await visit(page, path);
      const found = page.getByRole('button', { name: button }).first();
      await found.waitFor();
      expect(await found.getAttribute('aria-disabled')).toBe('true');
    };
    await refused(`${project}/keys`, 'New key');
    await refused(`${project}/requests`, 'Retry failed…');
    await refused(`${project}/requests/${requestId}`, 'Retry');
    await refused(`${project}/providers`, 'New provider');
    await refused(`${project}/settings`, 'Save settings');
    await refused(`${project}/settings`, 'Delete…');
    await refused('/projects', 'New project');

    const statuses = await page.evaluate(
      async ([projectPath, id]) => {
        const send = async (method: string, path: string, body: object): Promise<number> => {
          const headers = { 'content-type': 'application/json' };
          const init = { method, headers, body: JSON.stringify(body) };
          return (await fetch(`/admin${path}`, init)).status;
        };
        return [
          await send('POST', `${projectPath ?? ''}/keys`, { name: 'x', mode: 'live' }),
          await send('POST', `${projectPath ?? ''}/providers`, { name: 'x', base_url: 'y' }),
          await send('PATCH', projectPath ?? '', { name: 'x' }),
          await send('DELETE', projectPath ?? '', { name: 'x' }),
          await send('POST', `${projectPath ?? ''}/requests/${id ?? ''}/retry`, {}),
          await send('POST', '/projects', { name: 'x' }),
          await send('POST', '/invitations', { email: 'a@b.c', role: 'owner' }),
        ];
      },
      [project, requestId],
    );
    await context.close();

    expect(statuses).toEqual([403, 403, 403, 403, 403, 403, 403]);
    expect(dashboard.output).not.toContain('api.unreachable');
  });

  it('serves its pages under a policy that lets nothing foreign in, and keeps no data', async () => {
    const { origin } = stage().dashboard;
    const page = await fetch(`${origin}/sign-in`);
    const policy = page.headers.get('content-security-policy') ?? '';
    const other = (await fetch(`${origin}/sign-in`)).headers.get('content-security-policy');
    const data = await fetch(`${origin}/admin/session`);

    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']{20,}' 'strict-dynamic';/);
    expect(other).not.toBe(policy);
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(data.status).toBe(401);
    expect(data.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['/sign-in', '/invitation'])(
    'serves %s without a form: none that is sent off before the page can take it, into the address',
    async (path) => {
      const { origin } = stage().dashboard;
      const html = await (await fetch(`${origin}${path}`)).text();

      expect(html).toContain('aria-label="Loading"');
      expect(html).not.toMatch(/<(form|input)[ >]/);
    },
  );

  it('says in one shape that the API is away, and works again when it is back', async () => {
    const { cluster, dashboard } = stage();
    const ask = async (): Promise<[number, string]> => {
      const answer = await fetch(`${dashboard.origin}/admin/session`);
      return [answer.status, await answer.text()];
    };
    await cluster.api.stop();
    const [status, body] = await ask();
    await cluster.api.start();

    expect(status).toBe(502);
    expect(JSON.parse(body)).toEqual({
      error: {
        message: 'The API cannot be reached. Try again later.',
        type: 'server_error',
        param: null,
        code: 'api_unreachable',
      },
    });
    expect((await ask())[0]).toBe(401);
  });
});
