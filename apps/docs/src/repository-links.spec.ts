import { linkTarget, slugify } from './repository-links.js';

const exists = (path: string): boolean => path === 'apps/e2e/src/answers.e2e-spec.ts';

describe('a link of a source', () => {
  it.each([
    ['docs/api.md', 'retries.md', '/retries'],
    ['docs/api.md', 'retries.md#re-attachment', '/retries#re-attachment'],
    ['docs/architecture.md', 'adr/README.md', '/adr/'],
    ['docs/adr/README.md', '0003-leases-and-fences.md', '/adr/0003-leases-and-fences'],
    ['docs/getting-started.md', '../README.md#start', '/#start'],
    ['docs/streams.md', '../libs/sdk/README.md#streams', '/sdk#streams'],
    ['README.md', 'docs/api.md', '/api'],
    ['libs/sdk/README.md', '../../docs/errors.md', '/errors'],
    ['docs/architecture.md', '../CONTRIBUTING.md', '/contributing'],
    ['docs/api.md', '#uploads', '#uploads'],
    ['docs/api.md', 'https://example.com/a.md', 'https://example.com/a.md'],
    ['docs/security.md', 'mailto:a@example.com', 'mailto:a@example.com'],
    ['apps/docs/reference/[area].md', '/reference/objects#error', '/reference/objects#error'],
  ])('in %s to %s leads to %s', (source, href, to) => {
    expect(linkTarget(source, href, exists)).toEqual({ href: to });
  });

  it('to source code is no link, for the site does not have it', () => {
    expect(linkTarget('docs/guarantees.md', '../apps/e2e/src/answers.e2e-spec.ts', exists)).toBe(
      'not a page',
    );
  });

  it('to a file that does not exist fails with the names of both', () => {
    expect(() => linkTarget('docs/guarantees.md', '../apps/e2e/src/gone.ts', exists)).toThrow(
      'docs/guarantees.md links to ../apps/e2e/src/gone.ts, but there is no apps/e2e/src/gone.ts.',
    );
  });
});

it.each([
  ['What is not promised', 'what-is-not-promised'],
  ['`POST /v1/requests/{id}/retry`', 'post-v1requestsidretry'],
  ['Days & nights', 'days--nights'],
  ['ReqRunRetryRateHigh', 'reqrunretryratehigh'],
])('the id of the heading %j is %s', (heading, id) => {
  expect(slugify(heading)).toBe(id);
});
