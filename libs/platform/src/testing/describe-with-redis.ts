import { redisAvailable } from './test-redis.js';

type Suite = (name: string, define: () => void) => void;

/** The part of Jest's globals that is used; this library is also compiled without Jest's types. */
interface JestGlobals {
  readonly describe: Suite & { readonly skip: Suite };
  readonly it: (name: string, test: () => void) => void;
}

/**
 * A suite that needs a real Redis. Where there is none it is reported as skipped, with the reason in
 * its name; in continuous integration (`CI` is set) that would hide a gap, so there it fails.
 */
export function describeWithRedis(name: string, define: () => void): void {
  const { describe, it } = globalThis as unknown as JestGlobals;
  if (redisAvailable()) {
    describe(name, define);
  } else if (['', '0', 'false', undefined].includes(process.env['CI'])) {
    describe.skip(`${name} (skipped: there is no redis-server on the PATH)`, define);
  } else {
    describe(name, () => {
      it('needs a redis-server on the PATH', () => {
        throw new Error('In continuous integration the Redis path has to be tested: install it.');
      });
    });
  }
}
