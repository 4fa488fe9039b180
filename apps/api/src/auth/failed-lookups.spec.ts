import { FailedLookups } from './failed-lookups.js';

async function failures(address: string, count: number, perMinute = 3): Promise<FailedLookups> {
  const lookups = new FailedLookups(perMinute);
  for (let n = 0; n < count; n += 1) {
    await lookups.note(address);
  }
  return lookups;
}

describe('failed key look-ups', () => {
  it('block an address that has used them up, for at most a minute', async () => {
    const lookups = await failures('192.0.2.7', 3);
    const seconds = await lookups.blockedFor('192.0.2.7');
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });

  it('do not block one that has some left, nor another address', async () => {
    const lookups = await failures('192.0.2.7', 2);
    expect(await lookups.blockedFor('192.0.2.7')).toBeNull();
    expect(await (await failures('192.0.2.7', 3)).blockedFor('192.0.2.8')).toBeNull();
  });

  it('count for the whole /64 of an IPv6 address', async () => {
    const lookups = await failures('2001:db8:1:2::1', 3);
    expect(await lookups.blockedFor('2001:db8:1:2:ffff::9')).not.toBeNull();
    expect(await lookups.blockedFor('2001:db8:1:3::1')).toBeNull();
  });

  it('count an IPv4 address the same when it is written as IPv6', async () => {
    const lookups = await failures('::ffff:192.0.2.7', 3);
    expect(await lookups.blockedFor('192.0.2.7')).not.toBeNull();
  });
});
