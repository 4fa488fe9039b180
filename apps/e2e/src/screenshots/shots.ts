import type { Page } from 'playwright-core';

import { visit } from '../harness/browser.js';

/** Name of a picture, and a function that brings the page into that state. */
type Shot = readonly [name: string, show: () => Promise<unknown>];

interface List {
  readonly data: readonly { readonly id: string; readonly attempts?: number }[];
}

/**
 * Returns the pictures of all pages and dialogs.
 *
 * @param page page of the owner, signed in
 */
export async function shots(page: Page): Promise<readonly Shot[]> {
  const ask = async (path: string): Promise<List> => {
    const answer = await page.request.get(path);
    return (await answer.json()) as List;
  };
  const projectId = (await ask('/admin/projects?limit=1')).data[0]?.id ?? '';
  const project = `/projects/${projectId}`;
  const one = async (query: string): Promise<string> => {
    const { data } = await ask(`/admin${project}/requests?limit=100&${query}`);
    const most = data.toSorted((a, b) => (b.attempts ?? 0) - (a.attempts ?? 0))[0];
    return `${project}/requests/${most?.id ?? 'none'}`;
  };
  const click = (name: string | RegExp): Promise<void> =>
    page.getByRole('button', { name }).first().click();
  const open =
    (path: string, ...buttons: (string | RegExp)[]) =>
    async (): Promise<void> => {
      await visit(page, path);
      for (const name of buttons) {
        await click(name);
      }
    };
  const isNarrow = (page.viewportSize()?.width ?? 0) < 768;
  return [
    ['overview', open(project)],
    ['requests', open(`${project}/requests`)],
    ['requests-filtered', open(`${project}/requests?status=failed&range=1h&metadata.team=search`)],
    ['requests-filter', open(`${project}/requests`, 'Filter')],
    ['requests-none', open(`${project}/requests?model=no-such-model`)],
    ['bulk-retry', open(`${project}/requests`, /^Retry failed/)],
    ['request-completed', open(await one('status=completed'))],
    ['request-failed', open(await one('status=failed'))],
    ['request-retrying', open(await one('status=retrying'))],
    ['request-processing', open(await one('status=processing'))],
    ['request-missing', open(`${project}/requests/rr_${'0'.repeat(32)}`)],
    ['failures', open(`${project}/failures`)],
    ['simulation', open(`${project}/simulation?retries=4&codes=429,503`)],
    ['keys', open(`${project}/keys`)],
    ['key-new', open(`${project}/keys`, 'New key')],
    ['providers', open(`${project}/providers`)],
    ['provider-new', open(`${project}/providers`, 'New provider')],
    ['settings', open(`${project}/settings`)],
    ['delete', open(`${project}/settings`, 'Delete…')],
    ['projects', open('/projects')],
    ['audit', open('/audit')],
    ['people', open('/people')],
    ['invite', open('/people', 'Invite')],
    ['profile', open('/profile')],
    ['totp', open('/profile', /^Set up/)],
    ['errors', open('/errors#provider_auth_failed')],
    ['search', open(project, isNarrow ? 'Search' : /^Find a request/)],
    ['account', open(project, /^Account of/)],
    ['menu', open(project, isNarrow ? 'Open the menu' : /^Change the project/)],
    ['not-found', () => page.goto('/no/such/page')],
    ['invitation', () => page.goto('/invitation#token')],
    [
      'sign-in',
      async () => {
        await page.context().clearCookies();
        await page.goto('/sign-in');
      },
    ],
  ];
}
