import { FailedLookups } from './failed-lookups.js';

const nobody = (): Promise<null> => Promise.resolve(null);
const somebody = (): Promise<string> => Promise.resolve('caller');

async function failures(address: string, count: number, perMinute = 3): Promise<FailedLookups> {
  const lookups = new FailedLookups(perMinute);
  for (let n = 0; n < count; n += 1) {
    await lookups.lookUp(address, nobody);
  }
  return lookups;
}

const kindFor = async (lookups: FailedLookups, address: string): Promise<string> =>
  (await lookups.lookUp(address, nobody)).kind;

describe('failed key look-ups', () => {
  it('block an address that has used them up, for at most a minute', async () => {
    const lookups = await failures('192.0.2.7', 3);
    const outcome = await lookups.lookUp('192.0.2.7', nobody);
    expect(outcome.kind).toBe('blocked');
    const { seconds } = outcome as { seconds: number };
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('never block a key that is found', async () => {
    const lookups = await failures('192.0.2.7', 100);
    expect(await lookups.lookUp('192.0.2.7', somebody)).toEqual({ kind: 'found', found: 'caller' });
  });

  it('do not block one that has some left, nor another address', async () => {
    expect(await kindFor(await failures('192.0.2.7', 2), '192.0.2.7')).toBe('unknown');
    expect(await kindFor(await failures('192.0.2.7', 3), '192.0.2.8')).toBe('unknown');
  });

  it('count for the whole /64 of an IPv6 address', async () => {
    const lookups = await failures('2001:db8:1:2::1', 3);
    expect(await kindFor(lookups, '2001:db8:1:2:ffff::9')).toBe('blocked');
    expect(await kindFor(lookups, '2001:db8:1:3::1')).toBe('unknown');
  });

  it('count an IPv4 address the same when it is written as IPv6', async () => {
    expect(await kindFor(await failures('::ffff:192.0.2.7', 3), '192.0.2.7')).toBe('blocked');
  });

  it('of a blocked address read the database a few times at once, at most', async () => {
    const lookups = await failures('192.0.2.7', 3);
    let reads = 0;
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = async (): Promise<null> => {
      reads += 1;
      await held;
      return null;
    };
    const flood = Promise.all(Array.from({ length: 100 }, () => lookups.lookUp('192.0.2.7', slow)));
    const elsewhere = await lookups.lookUp('192.0.2.8', somebody);
    expect(elsewhere.kind).toBe('found');
    release?.();
    expect(new Set((await flood).map(({ kind }) => kind))).toEqual(new Set(['blocked']));
    expect(reads).toBeLessThanOrEqual(4);
    // A finished look-up makes room again.
    expect((await lookups.lookUp('192.0.2.7', somebody)).kind).toBe('found');
  });

  it('that could not be made count for nothing', async () => {
    const lookups = await failures('192.0.2.7', 2);
    const broken = (): Promise<null> => Promise.reject(new Error('the database is away'));
    await expect(lookups.lookUp('192.0.2.7', broken)).rejects.toThrow('away');
    expect(await kindFor(lookups, '192.0.2.7')).toBe('unknown');
  });
});
