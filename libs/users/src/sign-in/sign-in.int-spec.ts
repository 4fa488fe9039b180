import { jest } from '@jest/globals';

import { HERE, NOBODY, PASSWORD, UsersFixture } from '../testing/users-fixture.js';

let at: UsersFixture;

beforeAll(async () => {
  at = await UsersFixture.open();
});
afterAll(() => at.close());
// Attempts of one test must not slow down the next.
beforeEach(() => at.owner.query('TRUNCATE sign_in_throttles'));

/** A place of its own for each number. */
const elsewhere = (n: number): typeof HERE => {
  const address = `198.51.${n}.7`;
  return { ...HERE, address, network: address };
};

describe('signing in', () => {
  it('makes a session under a new secret each time, and writes it down', async () => {
    const { email, id } = await at.addUser();
    const first = await at.enter(email.toUpperCase());
    const second = await at.enter(email);
    expect(first.secret).not.toBe(second.secret);
    expect(await at.sessions.find(first.secret, true)).toMatchObject({ user: { id, email } });
    expect(await at.actionsOn(first.id)).toEqual(['session.created']);
    expect((await at.users.get(id))?.lastSignInAt).toBeInstanceOf(Date);
  });

  it('ends the session that the browser had', async () => {
    const { email } = await at.addUser();
    const old = await at.enter(email);
    const shown = { email, password: PASSWORD, totpCode: null, deviceCookie: null };
    await at.signIn.signIn({ ...shown, previousSessionId: old.id }, HERE);
    expect(await at.sessions.find(old.secret, true)).toBeNull();
  });

  it('is refused in the same words for the unknown, the disabled and the wrong password', async () => {
    const { email } = await at.addUser();
    const gone = await at.addUser('viewer');
    await at.owner.query('UPDATE people SET disabled_at = now() WHERE id = $1', [gone.id]);
    const refusal = { code: 'invalid_credentials', details: {} };
    await expect(at.enter(email, { password: `${PASSWORD}.` })).rejects.toMatchObject(refusal);
    await expect(at.enter('nobody@example.com')).rejects.toMatchObject(refusal);
    await expect(at.enter('no address at all')).rejects.toMatchObject(refusal);
    await expect(at.enter(gone.email)).rejects.toMatchObject(refusal);
  });

  it('hashes once whoever it is: the work tells nobody whether there is such a person', async () => {
    const { email } = await at.addUser();
    const seen: (string | null)[] = [];
    const spy = jest
      .spyOn(at.passwords, 'isRight')
      .mockImplementation((stored) => Promise.resolve(seen.push(stored) === 0));
    await expect(at.enter(email)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(at.enter('nobody@example.com')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    spy.mockRestore();
    expect(seen).toEqual([expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/), null]);
  });
});

describe('a second factor', () => {
  it('is asked for only once the password is right', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    await expect(
      at.enter(user.email, { password: 'wrong', totpCode: at.codeOf(secret) }),
    ).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(at.enter(user.email)).rejects.toMatchObject({ code: 'totp_required' });
    await expect(at.enter(user.email, { totpCode: '12345' })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
    await expect(at.enter(user.email, { totpCode: at.codeOf(secret) })).resolves.toBeDefined();
  });

  it('takes a code once, also when it comes twice at the same moment', async () => {
    const user = await at.addUser();
    const totpCode = at.codeOf(await at.addTotp(user));
    const both = await Promise.allSettled([
      at.enter(user.email, { totpCode }),
      at.enter(user.email, { totpCode }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(at.enter(user.email, { totpCode })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
  });

  it('does not take the code that confirmed it', async () => {
    const user = await at.addUser();
    const { secret } = await at.account.beginTotp(user);
    await at.account.confirmTotp(user.id, at.codeOf(secret), HERE, NOBODY);
    await expect(at.enter(user.email, { totpCode: at.codeOf(secret) })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
  });

  it('allows for clocks that differ by a step, and no more', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const code = at.codeOf(secret);
    at.now += 60_000;
    await expect(at.enter(user.email, { totpCode: code })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
    at.now -= 30_000;
    await expect(at.enter(user.email, { totpCode: code })).resolves.toBeDefined();
  });

  it('lies in no table in plain, and opens for nobody else', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const { rows } = await at.owner.query<{ row: string; sealed: Buffer }>(
      'SELECT people::text AS row, totp_secret AS sealed FROM people WHERE id = $1',
      [user.id],
    );
    expect(rows[0]?.row).not.toContain(secret);
    expect(() => at.totp.stepOf('another', rows[0]!.sealed, '123456')).toThrow(/does not open/);
  });

  it('goes only with the password, and where that can stand alone', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    let who = await at.enterAs(user, at.codeOf(secret));
    const disable = (password: string) => at.account.disableTotp(who, password, NOBODY);
    const change = async (current: string, next: string): Promise<void> => {
      const wish = { current, next, revokeTokens: false };
      const { id } = await at.account.changePassword(who, wish, HERE, NOBODY);
      who = { ...who, sessionId: id };
    };
    await expect(disable('wrong')).rejects.toMatchObject({
      code: 'invalid_value',
      details: { param: 'password' },
    });
    await change(PASSWORD, 'eight ch');
    await expect(disable('eight ch')).rejects.toMatchObject({ code: 'not_changeable' });
    await change('eight ch', PASSWORD);
    await disable(PASSWORD);
    expect((await at.users.get(user.id))?.totpEnabled).toBe(false);
    await expect(at.enter(user.email)).resolves.toBeDefined();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });

  it('that is turned on ends every session: who came in by the password alone is out', async () => {
    const user = await at.addUser();
    const stolen = await at.enter(user.email);
    const { secret } = await at.account.beginTotp(user);
    const own = await at.account.confirmTotp(user.id, at.codeOf(secret), HERE, NOBODY);
    expect(await at.sessions.find(stolen.secret, true)).toBeNull();
    expect(await at.sessions.find(own.secret, true)).toMatchObject({ user: { id: user.id } });
    at.now += 30_000;
  });

  it('is guessed at no faster from many networks, and its owner’s own browser gets in', async () => {
    const user = await at.addUser();
    const secret = await at.addTotp(user);
    const own = await at.enter(user.email, { totpCode: at.codeOf(secret) });
    at.now += 30_000;
    const wrong = at.codeOf(secret) === '000000' ? '000001' : '000000';
    const guess = (n: number) =>
      at
        .enter(user.email, { totpCode: wrong, from: elsewhere(n) })
        .catch((error: unknown) => (error as { code: string }).code);
    const came = new Set<unknown>();
    for (let n = 0; n < 24; n += 1) {
      came.add(await guess(n));
    }
    expect([...came]).toEqual(['totp_invalid', 'too_many_attempts']);
    const known = { totpCode: at.codeOf(secret), device: own.device };
    await expect(at.enter(user.email, known)).resolves.toBeDefined();
  });
});
