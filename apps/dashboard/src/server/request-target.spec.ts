import { ownerOf } from './request-target.js';

describe('the owner of a request target', () => {
  it.each([
    '/admin',
    '/admin/session',
    '/admin?x=1',
    '/admin/projects/01a1fc1d-fd83-723b-ba74-ac863b007a0b/requests?metadata%5Bticket%5D=a%20b&limit=20',
    '/admin/requests/rr_01a1fc1dfd83723bba74ac863b007a0b',
  ])('is the API for %s', (target) => {
    expect(ownerOf(target)).toBe('api');
  });

  it.each([
    '/',
    '/sign-in?next=%2Fprojects',
    '/_next/static/chunks/a.js',
    '/administrators',
    '/projects/1/requests?status=failed',
    '/invitation',
    '/caf%C3%A9',
  ])('is the pages for %s', (target) => {
    expect(ownerOf(target)).toBe('pages');
  });

  it.each([
    // Other spellings of the admin API.
    '/%61dmin/session',
    '/%2561dmin/session',
    '/%252561dmin/session',
    '/a%64min',
    '//admin/session',
    '/x/../admin/session',
    '/./admin/session',
    '/%2e/admin/session',
    '/x/%2e%2e/admin/session',
    '/\\admin/session',
    '/%5Cadmin/session',
    '/%2Fadmin/session',
    '/admin/../admin/session',
    '/admin/./session',
    '/admin//session',
    '/admin/',
    '/admin/%73ession',
    '/admin/session%2F',
    '/admin/session%00',
    '/admin;x/session',
    '/admin/session;x',
    '/admin%3Fx',
    '/ADMIN/session',
    '/admin/session#x',
    '/admin/session?x=%zz',
    // Forms and characters that no browser sends to an origin server.
    'http://127.0.0.1/admin/session',
    'http://127.0.0.1/',
    '127.0.0.1:80',
    '*',
    '',
    '//evil.example/',
    '/%',
    '/%zz',
    '/a b',
    '/a"b',
    '/\u0000',
    '/caf\u00e9',
  ])('is nobody for %j', (target) => {
    expect(ownerOf(target)).toBe('nobody');
  });
});
