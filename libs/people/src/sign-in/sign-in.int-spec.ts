import { jest } from '@jest/globals';
import { TOTP } from 'otpauth';

import { HERE, NOBODY, PASSWORD, PeopleFixture } from '../testing/people-fixture.js';

let at: PeopleFixture;

beforeAll(async () => {
  at = await PeopleFixture.open();
});
afterAll(() => at.close());
// Attempts of one test must not slow down the next.
beforeEach(() => at.owner.query('TRUNCATE sign_in_throttles'));

const codeOf = (secret: string): string => new TOTP({ secret }).generate({ timestamp: at.now });

/** Turns a person's second factor on, and lets its first step pass. */
async function withTotp(person: { id: string; email: string }): Promise<string> {
  const { secret } = await at.account.beginTotp(person);
  await at.account.confirmTotp(person.id, codeOf(secret), NOBODY);
  at.now += 30_000;
  return secret;
}

describe('signing in', () => {
  it('makes a session under a new secret each time, and writes it down', async () => {
    const { email, id } = await at.addPerson();
    const first = await at.enter(email.toUpperCase());
    const second = await at.enter(email);
    expect(first.secret).not.toBe(second.secret);
    expect(await at.sessions.find(first.secret, true)).toMatchObject({ person: { id, email } });
    expect(await at.actionsOn(first.id)).toEqual(['session.created']);
    expect((await at.people.get(id))?.lastSignInAt).toBeInstanceOf(Date);
  });

  it('ends the session that the browser had', async () => {
    const { email } = await at.addPerson();
    const old = await at.enter(email);
    const credentials = { email, password: PASSWORD, totpCode: null, previousSessionId: old.id };
    await at.signIn.signIn(credentials, HERE);
    expect(await at.sessions.find(old.secret, true)).toBeNull();
  });

  it('is refused in the same words for the unknown, the disabled and the wrong password', async () => {
    const { email } = await at.addPerson();
    const gone = await at.addPerson('viewer');
    await at.owner.query('UPDATE people SET disabled_at = now() WHERE id = $1', [gone.id]);
    const refusal = { code: 'invalid_credentials', details: {} };
    await expect(at.enter(email, { password: `${PASSWORD}.` })).rejects.toMatchObject(refusal);
    await expect(at.enter('nobody@example.com')).rejects.toMatchObject(refusal);
    await expect(at.enter('no address at all')).rejects.toMatchObject(refusal);
    await expect(at.enter(gone.email)).rejects.toMatchObject(refusal);
  });

  it('hashes once whoever it is: the work tells nobody whether there is such a person', async () => {
    const { email } = await at.addPerson();
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
    const person = await at.addPerson();
    const secret = await withTotp(person);
    await expect(
      at.enter(person.email, { password: 'wrong', totpCode: codeOf(secret) }),
    ).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(at.enter(person.email)).rejects.toMatchObject({ code: 'totp_required' });
    await expect(at.enter(person.email, { totpCode: '12345' })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
    await expect(at.enter(person.email, { totpCode: codeOf(secret) })).resolves.toBeDefined();
  });

  it('takes a code once, also when it comes twice at the same moment', async () => {
    const person = await at.addPerson();
    const totpCode = codeOf(await withTotp(person));
    const both = await Promise.allSettled([
      at.enter(person.email, { totpCode }),
      at.enter(person.email, { totpCode }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(at.enter(person.email, { totpCode })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
  });

  it('does not take the code that confirmed it', async () => {
    const person = await at.addPerson();
    const { secret } = await at.account.beginTotp(person);
    await at.account.confirmTotp(person.id, codeOf(secret), NOBODY);
    await expect(at.enter(person.email, { totpCode: codeOf(secret) })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
  });

  it('allows for clocks that differ by a step, and no more', async () => {
    const person = await at.addPerson();
    const secret = await withTotp(person);
    const code = codeOf(secret);
    at.now += 60_000;
    await expect(at.enter(person.email, { totpCode: code })).rejects.toMatchObject({
      code: 'totp_invalid',
    });
    at.now -= 30_000;
    await expect(at.enter(person.email, { totpCode: code })).resolves.toBeDefined();
  });

  it('lies in no table in plain, and opens for nobody else', async () => {
    const person = await at.addPerson();
    const secret = await withTotp(person);
    const { rows } = await at.owner.query<{ row: string; sealed: Buffer }>(
      'SELECT people::text AS row, totp_secret AS sealed FROM people WHERE id = $1',
      [person.id],
    );
    expect(rows[0]?.row).not.toContain(secret);
    expect(() => at.totp.stepOf('another', rows[0]!.sealed, '123456')).toThrow(/does not open/);
  });

  it('goes only with the password, and where that can stand alone', async () => {
    const person = await at.addPerson();
    const secret = await withTotp(person);
    await expect(at.account.disableTotp(person.id, 'wrong', HERE, NOBODY)).rejects.toMatchObject({
      code: 'invalid_value',
      details: { param: 'password' },
    });
    await at.account.changePassword(
      person.id,
      { current: PASSWORD, next: 'eight ch' },
      HERE,
      NOBODY,
    );
    await expect(at.account.disableTotp(person.id, 'eight ch', HERE, NOBODY)).rejects.toMatchObject(
      { code: 'not_changeable' },
    );
    await at.account.changePassword(
      person.id,
      { current: 'eight ch', next: PASSWORD },
      HERE,
      NOBODY,
    );
    await at.account.disableTotp(person.id, PASSWORD, HERE, NOBODY);
    expect((await at.people.get(person.id))?.totpEnabled).toBe(false);
    await expect(at.enter(person.email)).resolves.toBeDefined();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  });
});

describe('a change of password', () => {
  it('ends every session and begins one under a new secret', async () => {
    const { id, email } = await at.addPerson();
    const old = [await at.enter(email), await at.enter(email)];
    const next = 'another long password';
    const session = await at.account.changePassword(
      id,
      { current: PASSWORD, next, revokeTokens: false },
      HERE,
      NOBODY,
    );
    for (const { secret } of old) {
      expect(await at.sessions.find(secret, true)).toBeNull();
    }
    expect(await at.sessions.find(session.secret, true)).toMatchObject({ person: { id } });
    await expect(at.enter(email)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(at.enter(email, { password: next })).resolves.toBeDefined();
  });

  it('revokes the access tokens where the person says so, and writes each down', async () => {
    const { id } = await at.addPerson();
    const [token, other] = [await at.addToken(id), await at.addToken(id)];
    const next = 'another long password';
    const change = (current: string, its: string, revokeTokens: boolean) =>
      at.account.changePassword(id, { current, next: its, revokeTokens }, HERE, NOBODY);
    await change(PASSWORD, next, false);
    expect(await at.tokens.find(token.secret)).not.toBeNull();
    await change(next, PASSWORD, true);
    expect(await at.tokens.find(token.secret)).toBeNull();
    expect(await at.tokens.find(other.secret)).toBeNull();
    expect(await at.actionsOn(other.id)).toEqual(['access_token.revoked']);
  });

  it('takes none that is short, the e-mail address, or the same few characters', async () => {
    const { id, email } = await at.addPerson('owner', 'long-address@example.com');
    for (const next of ['fourteen chars', email, 'a'.repeat(20), 'x'.repeat(257), 'ab'.repeat(9)]) {
      await expect(
        at.account.changePassword(
          id,
          { current: PASSWORD, next, revokeTokens: false },
          HERE,
          NOBODY,
        ),
      ).rejects.toMatchObject({ code: 'invalid_value', details: { param: 'new_password' } });
    }
  });

  it('is slowed down like signing in where the current password is guessed', async () => {
    const { id } = await at.addPerson();
    const change = { current: 'wrong', next: 'another long password', revokeTokens: false };
    const guess = () =>
      at.account
        .changePassword(id, change, HERE, NOBODY)
        .catch((error: unknown) => (error as { code: string }).code);
    expect(await guess()).toBe('invalid_value');
    await at.owner.query('UPDATE sign_in_throttles SET failures = 15');
    // One more is let through, and brings a wait of a minute.
    expect(await guess()).toBe('invalid_value');
    expect(await guess()).toBe('too_many_attempts');
  });
});
