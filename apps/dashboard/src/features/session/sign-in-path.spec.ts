import { pathAfterSignIn, signInPath } from './sign-in-path';

describe('the page after signing in', () => {
  it.each([
    ['/', '/'],
    [
      '/projects/1/requests?status=failed&q=a%20b#row',
      '/projects/1/requests?status=failed&q=a%20b#row',
    ],
    ['/audit', '/audit'],
  ])('is %s as it was asked for', (next, path) => {
    expect(pathAfterSignIn(next)).toBe(path);
    expect(new URLSearchParams(signInPath(next).split('?')[1]).get('next') ?? '/').toBe(next);
  });

  it.each([
    null,
    '',
    'https://evil.example/',
    '//evil.example/x',
    '/\\evil.example/x',
    '\\\\evil.example',
    '/\t/evil.example/x',
    '/\n/evil.example/x',
    '/\r/evil.example/x',
    '\t//evil.example/x',
    '/.//evil.example/x',
    '/x/..//evil.example/x',
    '/\t\\evil.example',
    'javascript:alert(1)',
    '///evil.example',
    'http://dashboard.invalid//evil.example',
  ])('is on this site for %j', (next) => {
    const path = pathAfterSignIn(next);
    expect(path).toMatch(/^\/(?![\\/\t\n\r])/);
    expect(new URL(path, 'https://here.example').origin).toBe('https://here.example');
  });
});
