import { normalTarget } from './normal-target.js';

describe('the normal form of a request target', () => {
  it.each([
    ['/v1/requests?model=a%2Fb', '/v1/requests?model=a%2Fb'],
    ['/%76%31/requests', '/v1/requests'],
    ['/v%31/requests?x=%31', '/v1/requests?x=%31'],
    ['/%61dmin/session', '/admin/session'],
    ['http://x/v1/requests', '/v1/requests'],
    ['HTTPS://user@x:4000/%761/requests?y', '/v1/requests?y'],
    ['http://x', '/'],
    ['http://x?y', '/?y'],
    ['/v1%2Frequests', '/v1%2Frequests'],
    ['/v1/%2e%2e/admin', '/v1/../admin'],
    ['/%2561dmin', '/%2561dmin'],
    ['/%zz%4', '/%zz%4'],
    ['*', '*'],
  ])('of %s is %s', (target, normal) => {
    expect(normalTarget(target)).toBe(normal);
  });
});
