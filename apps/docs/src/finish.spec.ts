import { deadFragments, scriptHashes } from './finish.js';

const page = (path: string, html: string) => ({ path, html });

describe('links to headings', () => {
  const target = page('adr/index', '<h2 id="one">1</h2><a href="#one">here</a>');

  it('of the same page, another page or another site are alive', () => {
    const from = page(
      'api',
      '<h2 id="caf%C3%A9"></h2><a class="x" href="/docs/adr/#one">a</a><a href="https://example.com/#none">b</a>',
    );
    expect(deadFragments([target, from], '/docs/')).toEqual([]);
  });

  it.each([
    ['/docs/adr/#two', 'api: /docs/adr/#two'],
    ['/docs/gone#one', 'api: /docs/gone#one'],
    ['#one', 'api: #one'],
  ])('%s is dead where no heading has this id', (href, line) => {
    expect(deadFragments([target, page('api', `<a href="${href}">a</a>`)], '/docs/')).toEqual([
      line,
    ]);
  });
});

it('hashes each inline script once, and none that is a file', () => {
  // `echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64`
  const html =
    '<script id="a">alert(1)</script><script type="module" src="/docs/a.js"></script><script>alert(1)</script>';
  expect(scriptHashes([page('a', html), page('b', html)])).toEqual([
    'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=',
  ]);
});
