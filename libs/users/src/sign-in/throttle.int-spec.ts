import { UsersFixture } from '../testing/users-fixture.js';

let at: UsersFixture;

beforeEach(async () => {
  at = await UsersFixture.open();
});
afterEach(() => at.close());

const ADDRESS = '192.0.2.1';
const HOUR_MS = 3_600_000;

/** The time that somebody has to wait, in seconds; null when the attempt is let through, and fails. */
const attempt = (
  account: string,
  network = ADDRESS,
  device: string | null = null,
): Promise<number | null> =>
  at.throttle.begin(account, network, device).then(
    () => null,
    (error: unknown) =>
      (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds,
  );

/** Makes attempts that fail, one after the other, each as soon as it is let through. */
async function fail(count: number, account: string, network = ADDRESS, device?: string) {
  for (let n = 0; n < count;) {
    const wait = await attempt(account, network, device);
    at.passTime((wait ?? 0) * 1000);
    n += wait === null ? 1 : 0;
  }
}

/** Fails from as many networks, none of which is near another. */
async function failFromEverywhere(count: number, account: string): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await attempt(account, `198.${Math.floor(n / 200)}.${n % 200}.7`);
  }
}

describe('slowing down', () => {
  it('begins behind five failures of a network at an account, and grows to a minute', async () => {
    await fail(5, 'ada');
    // The sixth is let through still, and brings the first wait.
    expect(await attempt('ada')).toBeNull();
    expect(await attempt('ada')).toBe(2);
    at.passTime(2000);
    expect(await attempt('ada')).toBeNull();
    expect(await attempt('ada')).toBe(4);
    at.passTime(4000);
    await fail(6, 'ada');
    expect(await attempt('ada')).toBe(60);
    at.passTime(60_000);
    expect(await attempt('ada')).toBeNull();
  });

  it('does not touch the account elsewhere, nor another account from there', async () => {
    await fail(12, 'ada');
    expect(await attempt('ada')).not.toBeNull();
    expect(await attempt('ada', '192.0.2.9')).toBeNull();
    expect(await attempt('eve')).toBeNull();
  });

  it('makes a network wait that has used up its own failures at other accounts', async () => {
    for (let n = 0; n < 21; n += 1) {
      expect(await attempt(`account ${n}`)).toBeNull();
    }
    expect(await attempt('somebody')).not.toBeNull();
    expect(await attempt('somebody', '192.0.2.2')).toBeNull();
  });

  it('costs the network a try for each one that is refused at an account', async () => {
    await fail(6, 'ada');
    for (let n = 0; n < 15; n += 1) {
      expect(await attempt('ada')).not.toBeNull();
    }
    expect(await attempt('somebody else')).not.toBeNull();
  });

  it('counts a thousand attempts of one moment one by one', async () => {
    await fail(12, 'ada');
    at.passTime(60_000);
    const all = await Promise.all(Array.from({ length: 30 }, () => attempt('ada')));
    expect(all.filter((wait) => wait === null)).toHaveLength(1);
  });

  it('forgets the failures of who gets in, and keeps those of the network', async () => {
    await fail(4, 'ada');
    await (await at.throttle.begin('ada', ADDRESS, null)).succeed();
    // Four at the network, four of unknown devices at the account; none of the two together.
    const { rows } = await at.owner.query('SELECT failures FROM sign_in_throttles');
    expect(rows).toEqual([{ failures: 4 }, { failures: 4 }]);
  });

  it('leaves no trace of an attempt that is taken back, and no wait that it brought', async () => {
    await fail(5, 'ada');
    for (let n = 0; n < 3; n += 1) {
      await (await at.throttle.begin('ada', ADDRESS, null)).takeBack();
    }
    expect(await attempt('ada')).toBeNull();
  });

  it('does not shorten a wait that a later failure brought, when an earlier one is taken back', async () => {
    await fail(4, 'ada');
    const early = await at.throttle.begin('ada', ADDRESS, null);
    await at.throttle.begin('ada', ADDRESS, null);
    await early.takeBack();
    expect(await attempt('ada')).not.toBeNull();
  });

  it('begins anew after an hour without a failure', async () => {
    await fail(9, 'ada');
    at.passTime(HOUR_MS + 60_000);
    for (let n = 0; n < 5; n += 1) {
      expect(await attempt('ada')).toBeNull();
    }
  });

  it('keeps no name of an account, no address and no device', async () => {
    await fail(1, 'ada@example.com');
    await fail(1, 'ada@example.com', ADDRESS, 'a-device');
    const { rows } = await at.owner.query('SELECT t::text AS row FROM sign_in_throttles t');
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/ada@|example|192\.0|device/);
  });
});

describe('an account at which others guess from ever new addresses', () => {
  it('lets a network in that has not guessed, at every moment of it', async () => {
    for (let n = 0; n < 40; n += 1) {
      await failFromEverywhere(4, 'ada');
      expect(await attempt('ada', `203.0.${n}.1`)).toBeNull();
      at.passTime(1000);
    }
  });

  it('takes one try of each network once a hundred have failed, and then few', async () => {
    await failFromEverywhere(101, 'ada');
    expect(await attempt('ada', '203.0.113.1')).toBeNull();
    expect(await attempt('ada', '203.0.113.1')).toBeNull();
    expect(await attempt('ada', '203.0.113.1')).toBe(60);
    // The neighbors, too: an attacker has many addresses of one network.
    expect(await attempt('ada', '203.0.113.2')).not.toBeNull();
    expect(await attempt('ada', '203.0.114.1')).toBeNull();
    expect(await attempt('eve', '203.0.113.2')).toBeNull();
    at.passTime(60_000);
    expect(await attempt('ada', '203.0.113.2')).toBeNull();
    expect(await attempt('ada', '203.0.113.3')).toBe(120);
    for (let n = 0; n < 6; n += 1) {
      at.passTime(15 * 60_000);
      expect(await attempt('ada', `203.0.113.${n + 10}`)).toBeNull();
    }
    expect(await attempt('ada', '203.0.113.9')).toBe(15 * 60);
  });

  it('takes the 65,536 networks of one IPv6 site for one', async () => {
    await failFromEverywhere(101, 'ada');
    expect(await attempt('ada', '2001:db8:7:1')).toBeNull();
    expect(await attempt('ada', '2001:db8:7:2')).toBeNull();
    expect(await attempt('ada', '2001:db8:7:3')).not.toBeNull();
    expect(await attempt('ada', '2001:db8:8:1')).toBeNull();
  });

  it('is like any other again an hour after the last failure', async () => {
    await failFromEverywhere(150, 'ada');
    at.passTime(HOUR_MS + 1000);
    for (let n = 0; n < 5; n += 1) {
      expect(await attempt('ada', '203.0.113.1')).toBeNull();
    }
  });

  it('lets a known device in, whatever its network has done', async () => {
    await failFromEverywhere(150, 'ada');
    await fail(20, 'ada');
    expect(await attempt('ada')).not.toBeNull();
    expect(await attempt('ada', ADDRESS, 'a device')).toBeNull();
  });
});

describe('a known device', () => {
  it('has a count of its own, which costs nobody else anything', async () => {
    await fail(6, 'ada', ADDRESS, 'one');
    expect(await attempt('ada', ADDRESS, 'one')).toBe(2);
    // Not by another network either.
    expect(await attempt('ada', '192.0.2.9', 'one')).toBe(2);
    expect(await attempt('ada', ADDRESS, 'two')).toBeNull();
    expect(await attempt('eve', ADDRESS, 'one')).toBeNull();
    expect(await attempt('ada')).toBeNull();
  });
});

describe('codes of a second factor', () => {
  const code = (device: string | null = null) =>
    at.throttle.beginCode('ada', device).then(
      () => null,
      (error: unknown) => (error as { code: string }).code,
    );

  it('are counted over all networks: there are too few to let each network try some', async () => {
    for (let n = 0; n < 21; n += 1) {
      expect(await code()).toBeNull();
    }
    expect(await code()).toBe('too_many_attempts');
    expect(await code('a known device')).toBeNull();
    at.passTime(60_000);
    expect(await code()).toBeNull();
  });
});

describe('a session that is to be confirmed', () => {
  it('keeps no other of the same person from it', async () => {
    const confirm = (session: string) =>
      at.throttle.beginConfirmation('ada', session).then(
        () => null,
        (error: unknown) => (error as { code: string }).code,
      );
    for (let n = 0; n < 6; n += 1) {
      expect(await confirm('stolen')).toBeNull();
    }
    expect(await confirm('stolen')).toBe('too_many_attempts');
    expect(await confirm('own')).toBeNull();
  });
});
