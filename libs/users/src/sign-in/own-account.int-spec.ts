import { HERE, NOBODY, PASSWORD, UsersFixture } from '../testing/users-fixture.js';
import type { SignedInPerson } from './reauthentication.js';

let at: UsersFixture;

beforeAll(async () => {
  at = await UsersFixture.open();
});
afterAll(() => at.close());
// Attempts of one test must not slow down the next.
beforeEach(() => at.owner.query('TRUNCATE sign_in_throttles'));

describe('a change of password', () => {
  const NEXT = 'another long password';
  const change = (who: SignedInPerson, next = NEXT, revokeTokens = false, current = PASSWORD) =>
    at.account.changePassword(who, { current, next, revokeTokens }, HERE, NOBODY);

  it('ends every session and begins one under a new secret', async () => {
    const user = await at.addUser();
    const { id, email } = user;
    const old = [await at.enter(email), await at.enter(email)];
    const session = await change(await at.enterAs(user));
    for (const { secret } of old) {
      expect(await at.sessions.find(secret, true)).toBeNull();
    }
    expect(await at.sessions.find(session.secret, true)).toMatchObject({ user: { id } });
    await expect(at.enter(email)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(at.enter(email, { password: NEXT })).resolves.toBeDefined();
  });

  it('revokes the access tokens where the person says so, and writes each down', async () => {
    const user = await at.addUser();
    const [token, other] = [await at.addToken(user.id), await at.addToken(user.id)];
    await change(await at.enterAs(user), NEXT, false);
    expect(await at.tokens.find(token.secret)).not.toBeNull();
    const { id } = await at.enter(user.email, { password: NEXT });
    await change({ userId: user.id, sessionId: id }, PASSWORD, true, NEXT);
    expect(await at.tokens.find(token.secret)).toBeNull();
    expect(await at.tokens.find(other.secret)).toBeNull();
    expect(await at.actionsOn(other.id)).toEqual(['access_token.revoked']);
  });

  it('takes none that is short, the e-mail address, or the same few characters', async () => {
    const user = await at.addUser('owner', 'long-address@example.com');
    const who = await at.enterAs(user);
    const bad = ['fourteen chars', user.email, 'a'.repeat(20), 'x'.repeat(257), 'ab'.repeat(9)];
    for (const next of bad) {
      await expect(change(who, next)).rejects.toMatchObject({
        code: 'invalid_value',
        details: { param: 'new_password' },
      });
    }
  });

  it('is slowed down like signing in where the current password is guessed', async () => {
    const who = await at.enterAs(await at.addUser());
    const guess = () =>
      change(who, NEXT, false, 'wrong').catch((error: unknown) => (error as { code: string }).code);
    for (let n = 0; n < 6; n += 1) {
      expect(await guess()).toBe('invalid_value');
    }
    expect(await guess()).toBe('too_many_attempts');
  });
});
